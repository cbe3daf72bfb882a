import { type Alert, SHARE } from './alert.ts';
import { BURN_RATES, MIN_BAD } from './burn-rates.ts';
import { and, where } from './promql.ts';
import { countOver } from './recording-rules.ts';
import { errorBudget, minEventsOf, type Slo } from './slo.ts';
import { recordedErrorRatio, recordedSlo } from './slo-series.ts';

/** One alert per objective and burn rate, e.g. `CheckoutLatencyBurn`. They read the series of the recording rules. */
export function burnRateAlerts(slos: Readonly<Record<string, Slo>>): Alert[] {
  return Object.entries(slos).flatMap(([key, slo]) =>
    BURN_RATES.map((burn) => burnRateAlert(key, slo, burn)),
  );
}

/** @param key of the objective, in camelCase */
export function burnAlertName(key: string): string {
  return `${key.charAt(0).toUpperCase()}${key.slice(1)}Burn`;
}

function burnRateAlert(key: string, slo: Slo, burn: (typeof BURN_RATES)[number]): Alert {
  const threshold = Number((burn.factor * errorBudget(slo)).toPrecision(6));
  const long = where(recordedErrorRatio(burn.long, key), '>', threshold);
  const short = where(recordedErrorRatio(burn.short, key), '>', threshold);
  const bad = countOver(recordedSlo('badEvents', key), burn.long);
  const enoughBad = where(bad, '>=', slo.minBad ?? MIN_BAD);
  // With fewer, the error budget says nothing either.
  const enough = where(recordedSlo('counted', key), '>=', minEventsOf(slo));
  const pages = slo.whyNow !== undefined && burn.severity === 'page';
  return {
    name: burnAlertName(key),
    severity: pages ? 'page' : 'ticket',
    ...(pages && { whyNow: slo.whyNow }),
    summary: `${slo.title}: ${SHARE} bad in ${burn.long}, the objective allows ${percent(errorBudget(slo))}`,
    description:
      `${slo.description} The error budget of 30d burns ${burn.factor} times faster than allowed, ` +
      `over the last ${burn.long} and the last ${burn.short}.`,
    query: and(and(long, short), and(enoughBad, enough)),
    for: burn.for,
    labels: { window: burn.long },
  };
}

export function percent(share: number): string {
  return `${Number((share * 100).toPrecision(6))}%`;
}
