import { type Alert, SHARE } from './alert.ts';
import { BURN_RATES, MIN_BAD } from './burn-rates.ts';
import { and, overTime, times, where } from './promql.ts';
import { BUDGET_WORDS, fillWords } from './error-budget.ts';
import { errorBudget, minEventsOf, type Slo } from './slo.ts';
import { recordedErrorRatio, recordedSlo } from './slo-series.ts';
import type { TimeScale } from './time-scale.ts';

/** One alert per objective and burn rate, e.g. `CheckoutLatencyBurn`. They read the series of the recording rules. */
export function burnRateAlerts(slos: Readonly<Record<string, Slo>>, time: TimeScale): Alert[] {
  return Object.entries(slos).flatMap(([key, slo]) =>
    BURN_RATES.map((burn) => burnRateAlert(key, slo, burn, time)),
  );
}

/** @param key of the objective, in camelCase */
export function burnAlertName(key: string): string {
  return `${key.charAt(0).toUpperCase()}${key.slice(1)}Burn`;
}

function burnRateAlert(
  key: string,
  slo: Slo,
  burn: (typeof BURN_RATES)[number],
  time: TimeScale,
): Alert {
  const threshold = Number((burn.factor * errorBudget(slo)).toPrecision(6));
  const long = where(recordedErrorRatio(burn.long, key), '>', threshold);
  const short = where(recordedErrorRatio(burn.short, key), '>', threshold);
  const rate = overTime('avg', recordedSlo('badEvents', key), time.range(burn.long));
  const bad = times(rate, time.seconds(burn.long));
  const pages = slo.whyNow !== undefined && burn.severity === 'page';
  return {
    name: burnAlertName(key),
    severity: pages ? 'page' : 'ticket',
    ...(pages && { whyNow: slo.whyNow }),
    summary:
      `${slo.title}: ${SHARE} bad in ${burn.long}, the objective allows ${percent(errorBudget(slo))}. ` +
      budgetTemplate(key, slo),
    description:
      `${slo.description} The error budget of 30d burns ${burn.factor} times faster than allowed, ` +
      `over the last ${burn.long} and the last ${burn.short}.`,
    query: and(and(long, short), where(bad, '>=', slo.minBad ?? MIN_BAD)),
    for: time.hold(burn.for),
    labels: { window: burn.long },
  };
}

/** What is left of the error budget, filled in by Prometheus. */
function budgetTemplate(key: string, slo: Slo): string {
  const left = recordedSlo('budgetLeft', key).promql;
  const events = recordedSlo('counted', key).promql;
  const minEvents = String(minEventsOf(slo));
  const whenever = (query: string, words: string) =>
    `{{ range query \`${query}\` }}${words}{{ end }}`;
  const value = '{{ .Value }}';
  return [
    whenever(`round(100 * ${left}, 0.1) >= 0`, fillWords(BUDGET_WORDS.left, { percent: value })),
    whenever(
      `ceil(round(-100 * ${left}, 0.1)) > 0`,
      fillWords(BUDGET_WORDS.overspent, { percent: value }),
    ),
    whenever(
      `${events} and ${left} != ${left}`,
      fillWords(BUDGET_WORDS.tooFew, { events: value, minEvents }),
    ),
  ].join('');
}

export function percent(share: number): string {
  return `${Number((share * 100).toPrecision(6))}%`;
}
