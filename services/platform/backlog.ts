/** BullMQ's lowest priority. */
const LOWEST = 2 ** 21;
const REFRESH_EVERY_MS = 1_000;

/**
 * How much of a workflow waits in a queue, for the priority of its next job: a workflow that has much waiting there
 * stands behind one that has little. An estimate: what PostgreSQL counted a second ago, and what this process has
 * added since.
 */
export interface Backlog {
  /** Counts one more job of the workflow, and answers its priority (BullMQ's: 1 goes first). */
  add(workflowId: string): number;
}

/** @param count jobs that wait, by workflow */
export function createBacklog(count: () => Promise<ReadonlyMap<string, number>>): Backlog {
  let counts = new Map<string, number>();
  let countedAt = -Infinity;

  function refresh(): void {
    countedAt = performance.now();
    count().then(
      (counted) => (counts = new Map(counted)),
      // The next one tries again; until then the order is a little off.
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
