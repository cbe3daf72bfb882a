/** BullMQ's lowest priority. */
const LOWEST = 2 ** 21;
const REFRESH_EVERY_MS = 1_000;

/**
 * Estimates how many jobs of a workflow wait in a queue, for the priority of its next job: workflows with a small
 * backlog go first. It is PostgreSQL's count of a second ago plus what this process has added since.
 */
export interface Backlog {
  /** Counts one more job of the workflow and returns its priority (BullMQ's: 1 goes first). */
  add(workflowId: string): number;
}

/** @param count returns the waiting jobs by workflow */
export function createBacklog(count: () => Promise<ReadonlyMap<string, number>>): Backlog {
  let counts = new Map<string, number>();
  let countedAt = -Infinity;

  function refresh(): void {
    countedAt = performance.now();
    count().then(
      (counted) => (counts = new Map(counted)),
      // The next call tries again; until then the priorities are less exact.
      () => undefined,
    );
  }

  return {
    add(workflowId) {
      if (performance.now() - countedAt > REFRESH_EVERY_MS) refresh();
      const waiting = (counts.get(workflowId) ?? 0) + 1;
      counts.set(workflowId, waiting);
      return Math.min(waiting, LOWEST);
    },
  };
}
