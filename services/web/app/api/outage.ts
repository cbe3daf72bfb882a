import { shallowRef } from 'vue';
import type { Problem } from '#shared/api';

/** Without these, pages cannot follow AIO. Without others, e.g. `prometheus_away`, they lack a part. */
const OF_ALL: ReadonlySet<string> = new Set([
  'unreachable',
  'no_answer',
  'api_away',
  'redis_away',
  'unavailable',
]);
/** One failure may be an accident. */
const LEAST_FAILURES = 2;

let failures = 0;

/** Why this page cannot follow AIO; null = it can. */
export const outage = shallowRef<Problem | null>(null);

/** Whether the notice about AIO as a whole covers this problem. */
export function isOutage({ code }: Problem): boolean {
  return OF_ALL.has(code);
}

/** Call this at the end of each request. @param problem null = it succeeded */
export function noteEnd(problem: Problem | null): void {
  failures = problem !== null && isOutage(problem) ? failures + 1 : 0;
  outage.value = failures >= LEAST_FAILURES ? problem : null;
}
