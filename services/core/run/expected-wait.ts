/** Workers tell how many runs and steps they began within so long. */
export const THROUGHPUT_WINDOW_MS = 60_000;

/** No expected wait is longer: an autoscaler takes a bounded number, and an hour already says that nothing moves. */
export const LONGEST_WAIT_SECONDS = 3600;

/**
 * How long a run or step that enters a queue now waits until a worker begins it: backlog / throughput.
 *
 * A queue from which workers began nothing counts as one that moves once a minute, which is less than the window can
 * show. So a backlog without workers waits a minute for each run or step in it, up to an hour, and never for ever.
 * @param backlog runs or steps that wait for a worker
 * @param begun runs or steps that workers began within the window
 */
export function expectedWaitSeconds(backlog: number, begun: number): number {
  const wait = (backlog * THROUGHPUT_WINDOW_MS) / 1000 / Math.max(begun, 1);
  return Math.min(wait, LONGEST_WAIT_SECONDS);
}
