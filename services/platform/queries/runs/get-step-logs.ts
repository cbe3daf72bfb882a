import { AioError } from '@aio/core/errors';
import type { Queryable } from '../../postgres/queryable.ts';

export interface LogLine {
  /** ISO 8601. */
  at: string;
  level: string;
  message: string;
  [field: string]: unknown;
}

export interface StepLogs {
  lines: LogLine[];
  /** true = an attempt logged more than AIO keeps, or the attempts more than one answer holds. */
  truncated: boolean;
}

/** The most log lines in one answer, as JSON: of the latest attempts. The log of one attempt always fits. */
const MOST_LOG_BYTES = 256 * 1024;
/** As many of the shortest lines as fit. */
export const MOST_LOG_LINES = 5000;

interface LogsOf {
  runId: string;
  step: string;
  /** -1 = the step itself. */
  iteration: number;
  /** null = all attempts, in order. */
  attempt: number | null;
}

/**
 * Log lines of a step; none if it has not started.
 * @throws AioError `not_found` if the given attempt or item does not exist (yet)
 */
export async function getStepLogs(db: Queryable, of: LogsOf): Promise<StepLogs> {
  const { attempts, truncated } = await readLatest(db, of);
  const isNamed = of.iteration >= 0 || of.attempt !== null;
  if (attempts.length === 0 && isNamed && !(await hasStarted(db, of))) {
    const item = of.iteration < 0 ? '' : ` of item ${of.iteration}`;
    const what = of.attempt === null ? 'log' : `attempt ${of.attempt}`;
    throw new AioError('not_found', `Step ${of.step} has no ${what}${item}.`);
  }
  return { lines: attempts.toReversed().flatMap(({ lines }) => lines), truncated };
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

/** Log lines of all steps of a run, by time. */
export async function getRunLogs(
  db: Queryable,
  runId: string,
): Promise<{ lines: RunLogLine[]; truncated: boolean }> {
  const of = { runId, step: null, iteration: null, attempt: null };
  const { attempts, truncated } = await readLatest(db, of);
  const lines = attempts
    .toReversed()
    .flatMap(({ lines: own, step, iteration, attempt }) =>
      own.map((line) => ({ ...line, step, iteration, attempt })),
    );
  return { lines: lines.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)), truncated };
}

interface AttemptLog {
  step: string;
  iteration: number;
  attempt: number;
  lines: LogLine[];
}

/** Logs of attempts, the latest first, up to `MOST_LOG_BYTES`. */
async function readLatest(
  db: Queryable,
  of: { [Key in keyof LogsOf]: LogsOf[Key] | null },
): Promise<{ attempts: AttemptLog[]; truncated: boolean }> {
  const { rows } = await db.query({
    name: 'get-logs',
    // PostgreSQL knows the stored size without reading the lines; it is at most that of their text and a header.
    text: `
      with logs as (
        select l.*, s.started_at, sum(pg_column_size(l.lines) - 4) over latest <= $5 as may_fit
        from step_logs l
          left join steps s on s.run_id = l.run_id and s.step = l.step and s.iteration = l.iteration
        where l.run_id = $1 and ($2::text is null or l.step = $2 and l.iteration = $3)
          and ($4::int is null or l.attempt = $4)
        window latest as (order by s.started_at desc nulls last, l.step, l.iteration, l.attempt desc)
      ), judged as (
        select *, may_fit and sum(case when may_fit then octet_length(lines::text) end) over latest <= $5 as fits
        from logs
        window latest as (order by started_at desc nulls last, step, iteration, attempt desc)
      )
      select step, iteration, attempt, lines, (select bool_or(truncated or not fits) from judged) as cut
      from judged where fits
      order by started_at desc nulls last, step, iteration, attempt desc`,
    values: [of.runId, of.step, of.iteration, of.attempt, MOST_LOG_BYTES],
  });
  return { attempts: rows, truncated: rows[0]?.cut ?? false };
}
