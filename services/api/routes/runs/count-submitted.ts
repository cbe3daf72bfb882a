import type { Metrics } from '@aio/catalog/instruments';

/** Counts accepted runs: all, by workflow and by owner. */
export function countSubmitted(
  metrics: Pick<Metrics<'api'>, 'runsAccepted' | 'runsSubmitted' | 'ownerRunsSubmitted'>,
  { workflow, owner }: { workflow: string; owner: string },
  runs = 1,
): void {
  metrics.runsAccepted.inc({}, runs);
  metrics.runsSubmitted.inc({ workflow }, runs);
  metrics.ownerRunsSubmitted.inc({ owner }, runs);
}
