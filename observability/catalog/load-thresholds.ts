import { LOAD_METRICS } from './load-metrics.ts';
import { JOURNEY, SLOS, type SloKey, errorBudget } from './slos.ts';

/** An objective as load tests hold it. */
export interface LoadThreshold {
  slo: SloKey;
  /** As k6 knows it, with a tag where not all samples count. */
  metric: string;
  /** k6's expression, e.g. `p(99)<250`; times are milliseconds. */
  expression: string;
}

/** Event streams are not held to the latency of requests. */
const REQUESTS = '{traffic:requests}';

/** The objectives that a client can hold the product to, from without. */
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

/** The same in the form of k6's option `thresholds`. */
export function loadThresholds(): Record<string, string[]> {
  return Object.fromEntries(
    listLoadThresholds().map(({ metric, expression }) => [metric, [expression]]),
  );
}

/** What the check in a browser is held to, likewise. */
export function journeyThresholds(): Record<string, string[]> {
  return {
    [LOAD_METRICS.journeyFailed]: [`rate<${errorBudget(JOURNEY)}`],
    [LOAD_METRICS.journey]: [`p(${JOURNEY.onTime * 100})<${JOURNEY.boundSeconds * 1000}`],
  };
}
