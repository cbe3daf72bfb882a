import type { Queryable } from '../queryable.ts';

export interface LogLine {
  /** ISO 8601. */
  at: string;
  level: string;
  message: string;
  [field: string]: unknown;
}

export interface StepLogs {
  lines: LogLine[];
  /** true = there were more than are kept. */
  truncated: boolean;
}

/** Lines of one attempt, or of all of them in their order when `attempt` is null. */
export async function getStepLogs(
  db: Queryable,
  of: { runId: string; step: string; iteration: number; attempt: number | null },
): Promise<StepLogs> {
  const { rows } = await db.query({
    name: 'get-step-logs',
    text: `
      select lines, truncated from step_logs
      where run_id = $1 and step = $2 and iteration = $3 and ($4::int is null or attempt = $4)
      order by attempt`,
    values: [of.runId, of.step, of.iteration, of.attempt],
  });
  return {
    lines: rows.flatMap((row) => row.lines),
    truncated: rows.some((row) => row.truncated),
  };
}
