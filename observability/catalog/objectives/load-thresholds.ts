import { LOAD_METRICS } from '../metrics/load-metrics.ts';
import { JOURNEY, SLOS, type SloKey, errorBudget } from './slos.ts';

/** An objective as a threshold of load tests. */
export interface LoadThreshold {
  slo: SloKey;
  /** Name in k6, with a tag if not all samples count. */
  metric: string;
  /** k6's expression, e.g. `p(99)<250`; times are milliseconds. */
  expression: string;
}

/** Without event streams, which may last long. */
const REQUESTS = '{traffic:requests}';

/** Objectives that a client can measure. */
export function listLoadThresholds(): LoadThreshold[] {
  const { apiAvailability, apiLatency, runSuccess, queueTime } = SLOS;
  const below = (slo: Parameters<typeof errorBudget>[0]) => `rate<${errorBudget(slo)}`;
  const within = ({ objective, boundSeconds }: { objective: number; boundSeconds: number }) =>
    `p(${Number((objective * 100).toPrecision(6))})<${boundSeconds * 1000}`;
  return [
    {
      slo: 'apiAvailability',
      metric: `http_req_failed${REQUESTS}`,
      expression: below(apiAvailability),
    },
    { slo: 'apiLatency', metric: `http_req_duration${REQUESTS}`, expression: within(apiLatency) },
    { slo: 'runSuccess', metric: LOAD_METRICS.runFailed, expression: below(runSuccess) },
    { slo: 'queueTime', metric: LOAD_METRICS.queueTime, expression: within(queueTime) },
  ];
}

/** The same as k6's option `thresholds`. */
export function loadThresholds(): Record<string, string[]> {
  return Object.fromEntries(
    listLoadThresholds().map(({ metric, expression }) => [metric, [expression]]),
  );
}

/** Thresholds of the browser check, as k6's option. */
export function journeyThresholds(): Record<string, string[]> {
  return {
    [LOAD_METRICS.journeyFailed]: [`rate<${errorBudget(JOURNEY)}`],
    [LOAD_METRICS.journey]: [`p(${JOURNEY.onTime * 100})<${JOURNEY.boundSeconds * 1000}`],
  };
}
