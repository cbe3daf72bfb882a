/** One execution of a step, in seconds on any one clock. */
export interface Execution {
  startedAt: number;
  finishedAt: number;
}

/** Share of the slots' time that was used until the last step began: after it there is nothing left to start. */
export function busyShare(executions: readonly Execution[], slots: number): number {
  const firstStart = Math.min(...executions.map((one) => one.startedAt));
  const lastStart = Math.max(...executions.map((one) => one.startedAt));
  const used = executions.reduce(
    (sum, { startedAt, finishedAt }) => sum + Math.min(finishedAt, lastStart) - startedAt,
    0,
  );
  return used / (slots * (lastStart - firstStart));
}
