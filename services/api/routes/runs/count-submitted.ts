import type { Metrics } from '@aio/catalog/instruments';

/** Counts accepted runs by workflow and by owner. */
export function countSubmitted(
  metrics: Pick<Metrics<'api'>, 'runsSubmitted' | 'ownerRunsSubmitted'>,
  { workflow, owner }: { workflow: string; owner: string },
  runs = 1,
): void {
  metrics.runsSubmitted.inc({ workflow }, runs);
  metrics.ownerRunsSubmitted.inc({ owner }, runs);
}
