/** Start and end of a step, in seconds of one clock. */
export interface Execution {
  startedAt: number;
  finishedAt: number;
}

/** Share of the slots' time in use from the first start to the last; afterwards no step is left to start. */
export function busyShare(executions: readonly Execution[], slots: number): number {
  const firstStart = Math.min(...executions.map((one) => one.startedAt));
  const lastStart = Math.max(...executions.map((one) => one.startedAt));
  const used = executions.reduce(
    (sum, { startedAt, finishedAt }) => sum + Math.min(finishedAt, lastStart) - startedAt,
    0,
  );
  return used / (slots * (lastStart - firstStart));
}
