/** One execution of a step, in seconds on any one clock. */
export interface Execution {
  worker: string;
  startedAt: number;
  finishedAt: number;
}

export interface Usage {
  /** From the first start to the last end, in seconds. */
  seconds: number;
  /** Share of the slots' time that was used until the last step began: after it there is nothing left to start. */
  share: number;
  /** Executions at the middle of each of `points` equal parts of the time. */
  course: number[];
  /** Executions by worker, the most first. */
  byWorker: number[];
}

export function measureUsage(
  executions: readonly Execution[],
  slots: number,
  points: number,
): Usage {
  const begin = Math.min(...executions.map((one) => one.startedAt));
  const lastStart = Math.max(...executions.map((one) => one.startedAt));
  const end = Math.max(...executions.map((one) => one.finishedAt));
  const used = executions.reduce(
    (sum, { startedAt, finishedAt }) => sum + Math.min(finishedAt, lastStart) - startedAt,
    0,
  );
  const at = (moment: number) =>
    executions.filter((one) => one.startedAt <= moment && moment < one.finishedAt).length;
  const counts = new Map<string, number>();
  for (const { worker } of executions) counts.set(worker, (counts.get(worker) ?? 0) + 1);
  return {
    seconds: end - begin,
    share: used / (slots * (lastStart - begin)),
    course: Array.from({ length: points }, (_, point) =>
      at(begin + ((point + 0.5) * (end - begin)) / points),
    ),
    byWorker: [...counts.values()].sort((a, b) => b - a),
  };
}
