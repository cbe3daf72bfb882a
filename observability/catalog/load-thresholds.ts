import { SLOS, errorBudget } from './slos.ts';

/** Thresholds of k6, which sees the API as its users do: the objectives of the API and nothing of its own. */
export function loadThresholds(): { http_req_failed: string[]; http_req_duration: string[] } {
  const { apiAvailability, apiLatency } = SLOS;
  const percentile = Number((apiLatency.objective * 100).toPrecision(6));
  return {
    http_req_failed: [`rate<${errorBudget(apiAvailability)}`],
    http_req_duration: [`p(${percentile})<${apiLatency.boundSeconds * 1000}`],
  };
}
