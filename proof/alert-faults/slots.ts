import { LANE_SLOTS } from '@aio/core/definition/kinds/registry';

/** @param kinds WORKER_KINDS, e.g. `http:32,llm:32` */
export function httpSlotsOf(kinds: string | undefined, workers: number): number {
  const given = /(?:^|,)http:(\d+)/.exec(kinds ?? '')?.[1];
  return workers * Number(given ?? LANE_SLOTS.get('http'));
}
