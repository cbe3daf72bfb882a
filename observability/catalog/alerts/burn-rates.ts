import { type Alert, type PanelLink, SHARE } from './alert.ts';
import { BURN_RATES } from '../objectives/burn-rates.ts';
import { and, overTime, times, where } from '../promql.ts';
import { recordedErrorRatio, recordedSlo } from '../objectives/slo-series.ts';
import { SLOS, SLO_KEYS, type Slo, type SloKey, errorBudget } from '../objectives/slos.ts';
import type { TimeScale } from './time-scale.ts';

const PANEL: PanelLink = { dashboardUid: 'aio-overview', title: 'Error budget burn' };

/** One rule per objective and burn rate, e.g. `RunSuccessBurn`. They read the series of the recording rules. */
export function burnRateAlerts(time: TimeScale): readonly Alert[] {
  return SLO_KEYS.flatMap((key) => BURN_RATES.map((burn) => burnRateAlert(key, burn, time)));
}

function burnRateAlert(key: SloKey, burn: (typeof BURN_RATES)[number], time: TimeScale): Alert {
  const slo: Slo = SLOS[key];
  const threshold = Number((burn.factor * errorBudget(slo)).toPrecision(6));
  const long = where(recordedErrorRatio(burn.long, key), '>', threshold);
  const short = where(recordedErrorRatio(burn.short, key), '>', threshold);
  const rate = overTime('avg', recordedSlo('events', key), time.range(burn.long));
  const events = times(rate, time.seconds(burn.long));
  return {
    name: `${key.charAt(0).toUpperCase()}${key.slice(1)}Burn`,
    severity: slo.hurtsUsers ? burn.severity : 'ticket',
    summary: `${slo.title}: ${SHARE} bad in ${burn.long}, the objective allows ${percent(errorBudget(slo))}`,
    description:
      `${slo.description} The error budget of ${slo.window} burns ${burn.factor} times faster than allowed, ` +
      `over the last ${burn.long} and the last ${burn.short}.`,
    query: and(and(long, short), where(events, '>=', time.events(slo.minEvents))),
    for: time.hold(burn.for),
    labels: { window: burn.long },
    panel: PANEL,
  };
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(6))}%`;
}
