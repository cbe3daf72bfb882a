import { LOAD_METRICS } from '../metrics/load-metrics.ts';
import { errorBudget } from '@aio/slo/slo';
import { JOURNEY } from './slos.ts';

/** Thresholds of the browser check, as k6's option. */
export function journeyThresholds(): Record<string, string[]> {
  return {
    [LOAD_METRICS.journeyFailed]: [`rate<${errorBudget(JOURNEY)}`],
    [LOAD_METRICS.journey]: [`p(${JOURNEY.onTime * 100})<${JOURNEY.boundSeconds * 1000}`],
  };
}
