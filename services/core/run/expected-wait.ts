/** Window in which workers count the runs and steps that they started. */
export const THROUGHPUT_WINDOW_MS = 60_000;

/** Longest expected wait: autoscalers need a finite number, and an hour already means that nothing moves. */
export const LONGEST_WAIT_SECONDS = 3600;

/**
 * Seconds that a run or step that enters a queue now waits for a worker: backlog / throughput. If workers started
 * nothing in the window, the throughput counts as one per minute. A backlog without workers therefore waits a minute
 * for each run or step, up to an hour.
 * @param backlog runs or steps that wait for a worker
 * @param begun runs or steps that workers started in the window
 */
export function expectedWaitSeconds(backlog: number, begun: number): number {
  const wait = (backlog * THROUGHPUT_WINDOW_MS) / 1000 / Math.max(begun, 1);
  return Math.min(wait, LONGEST_WAIT_SECONDS);
}
