import { AioError } from '@aio/core/errors';
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

interface LogsOf {
  runId: string;
  step: string;
  /** -1 = the step itself. */
  iteration: number;
  /** null = all attempts, in their order. */
  attempt: number | null;
}

/**
 * A step that has not started has no lines.
 * @throws AioError `not_found` when an attempt or an item is named that there is not (yet)
 */
export async function getStepLogs(db: Queryable, of: LogsOf): Promise<StepLogs> {
  const { rows } = await db.query({
    name: 'get-step-logs',
    text: `
      select lines, truncated from step_logs
      where run_id = $1 and step = $2 and iteration = $3 and ($4::int is null or attempt = $4)
      order by attempt`,
    values: [of.runId, of.step, of.iteration, of.attempt],
  });
  const isNamed = of.iteration >= 0 || of.attempt !== null;
  if (rows.length === 0 && isNamed && !(await hasStarted(db, of))) {
    const item = of.iteration < 0 ? '' : ` of item ${of.iteration}`;
    const what = of.attempt === null ? 'log' : `attempt ${of.attempt}`;
    throw new AioError('not_found', `Step ${of.step} has no ${what}${item}.`);
  }
  return {
    lines: rows.flatMap((row) => row.lines),
    truncated: rows.some((row) => row.truncated),
  };
}

/** Whether that attempt has begun, or the item is there: either may have logged nothing. */
async function hasStarted(db: Queryable, of: LogsOf): Promise<boolean> {
  const { rows } = await db.query({
    name: 'has-attempt',
    text: `
      select from steps
      where run_id = $1 and step = $2 and iteration = $3 and attempt >= coalesce($4::int, 0)`,
    values: [of.runId, of.step, of.iteration, of.attempt],
  });
  return rows.length > 0;
}

export interface RunLogLine extends LogLine {
  step: string;
  /** -1 = the step itself. */
  iteration: number;
  attempt: number;
}

/** What one answer holds of the logs of a run, as JSON. */
const RUN_LOGS_BYTES = 1024 * 1024;

/** What all steps of a run have logged, by time; of a run that logged more than one answer holds, the latest. */
export async function getRunLogs(
  db: Queryable,
  runId: string,
): Promise<{ lines: RunLogLine[]; truncated: boolean }> {
  const { rows } = await db.query({
    name: 'get-run-logs',
    // The size as stored is known without reading the lines, and is never more than their text and a header.
    text: `
      select step, iteration, attempt, truncated, fits, case when fits then lines end as lines
      from (
        select *, may_fit and sum(case when may_fit then octet_length(lines::text) end) over newest <= $2 as fits
        from (
          select l.step, l.iteration, l.attempt, l.truncated, l.lines, s.started_at,
            sum(pg_column_size(l.lines) - 4) over newest <= $2 as may_fit
          from step_logs l
            join steps s on s.run_id = l.run_id and s.step = l.step and s.iteration = l.iteration
          where l.run_id = $1
          window newest as (order by s.started_at desc nulls last, l.step, l.iteration, l.attempt desc)
        ) as sized
        window newest as (order by started_at desc nulls last, step, iteration, attempt desc)
      ) as logs`,
    values: [runId, RUN_LOGS_BYTES],
  });
  const lines = rows
    .filter(({ fits }) => fits)
    .flatMap(({ step, iteration, attempt, lines: own }) =>
      (own as LogLine[]).map((line) => ({ ...line, step, iteration, attempt })),
    );
  return {
    lines: lines.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)),
    truncated: rows.some(({ fits, truncated }) => !fits || truncated),
  };
}
