import { AioError } from '@aio/core/errors';
import type { Queryable } from '../../postgres/queryable.ts';
import { weightOf } from './run-values.ts';

export interface LogLine {
  /** ISO 8601. */
  at: string;
  level: string;
  message: string;
  [field: string]: unknown;
}

export interface StepLogs {
  lines: LogLine[];
  /** true = the attempt logged more than AIO keeps. */
  truncated: boolean;
}

interface LogsOf {
  runId: string;
  step: string;
  /** -1 = the step itself. */
  iteration: number;
  /** null = all attempts, in order. */
  attempt: number | null;
}

/** Bytes of the log of a run, or of one of its steps, as `weighRun`. */
export async function weighLogs(
  db: Queryable,
  runId: string,
  step: string | null,
): Promise<number> {
  const { rows } = await db.query({
    name: 'weigh-logs',
    text: `
      select ${weightOf('lines', 'from step_logs where run_id = $1 and ($2::text is null or step = $2)')} as bytes`,
    values: [runId, step],
  });
  return Number(rows[0].bytes);
}

/**
 * Log lines of a step; none if it has not started.
 * @throws AioError `not_found` if the given attempt or item does not exist (yet)
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

/** Whether the attempt has started or the item exists, even without log lines. */
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

/** The most log lines in one answer, as JSON. */
const RUN_LOGS_BYTES = 1024 * 1024;

/** Log lines of all steps of a run, by time. If they do not fit into one answer, the latest. */
export async function getRunLogs(
  db: Queryable,
  runId: string,
): Promise<{ lines: RunLogLine[]; truncated: boolean }> {
  const { rows } = await db.query({
    name: 'get-run-logs',
    // PostgreSQL knows the stored size without reading the lines; it is at most that of their text and a header.
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
