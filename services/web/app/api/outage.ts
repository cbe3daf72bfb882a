import { computed, shallowReactive } from 'vue';
import type { Problem } from '#shared/api';

/** Without these, pages cannot follow AIO. Without others, e.g. `prometheus_away`, they lack a part. */
const OF_ALL: ReadonlySet<string> = new Set([
  'unreachable',
  'no_answer',
  'api_away',
  'redis_away',
  'unavailable',
]);

const failing = shallowReactive(new Map<symbol, Problem>());

/** Why this page cannot follow AIO; null = it can. Clocks stop meanwhile. */
export const outage = computed<Problem | null>(() => [...failing.values()][0] ?? null);

/** Whether the notice about AIO as a whole covers this problem. */
export function isOutage({ code }: Problem): boolean {
  return OF_ALL.has(code);
}

/** @param request one that repeats itself while it fails @param problem of its last answer; null = none */
export function reportOutage(request: symbol, problem: Problem | null): void {
  if (problem !== null && isOutage(problem)) failing.set(request, problem);
  else failing.delete(request);
}
