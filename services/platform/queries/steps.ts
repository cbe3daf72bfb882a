import type { Failure } from '@aio/core/errors';
import type { StepStatus } from '@aio/core/run/states';
import type { Queryable } from '../queryable.ts';

export interface AttemptRow {
  attempt: number;
  status: string;
  readyAt: string | null;
  startedAt: string | null;
  finishedAt: string | null;
  error: Failure | null;
  usage: Record<string, unknown> | null;
  workerId: string | null;
}

/** A step's row, or that of a map's item, with the attempts that others followed. */
export interface StepDetail {
  step: string;
  /** -1 = the step itself. */
  iteration: number;
  kind: string;
  status: StepStatus;
  resolution: 'fallback' | 'reused' | null;
  attempt: number;
  crashes: number;
  output: unknown;
  error: Failure | null;
  usage: Record<string, unknown> | null;
  workerId: string | null;
  spanId: string | null;
  readyAt: Date | null;
  startedAt: Date | null;
  finishedAt: Date | null;
  dueAt: Date | null;
  approvalId: string | null;
  earlierAttempts: AttemptRow[];
}

function columns(outputs: string): string {
  return `
    s.step, s.iteration, s.kind, s.status, s.resolution, s.attempt, s.crashes,
    case when ${outputs} then s.output end as output, s.error, s.usage, s.worker_id as "workerId",
    s.span_id as "spanId", s.ready_at as "readyAt", s.started_at as "startedAt",
    s.finished_at as "finishedAt", s.due_at as "dueAt",
    (select a.id from approvals a where a.run_id = s.run_id and a.step = s.step and a.iteration = s.iteration)
      as "approvalId",
    coalesce((
      select json_agg(json_build_object(
        'attempt', t.attempt, 'status', t.status, 'readyAt', t.ready_at, 'startedAt', t.started_at,
        'finishedAt', t.finished_at, 'error', t.error, 'usage', t.usage, 'workerId', t.worker_id)
        order by t.attempt)
      from step_attempts t
      where t.run_id = s.run_id and t.step = s.step and t.iteration = s.iteration), '[]') as "earlierAttempts"`;
}

/** The rows of a run's steps; a map's items are not among them. */
export async function readSteps(
  db: Queryable,
  runId: string,
  options: { outputs: boolean },
): Promise<StepDetail[]> {
  const { rows } = await db.query({
    name: 'read-steps',
    text: `select ${columns('$2')} from steps s where s.run_id = $1 and s.iteration = -1`,
    values: [runId, options.outputs],
  });
  return rows;
}

/** How many items of each map are in which state. */
export async function countItems(
  db: Queryable,
  runId: string,
): Promise<{ step: string; status: StepStatus; count: number }[]> {
  const { rows } = await db.query({
    name: 'count-items',
    text: `
      select step, status, count(*) from steps
      where run_id = $1 and iteration >= 0 group by step, status order by step, status`,
    values: [runId],
  });
  return rows;
}

/** A page of a map's items by index; `after` = the last index of the page before, -1 = from the first. */
export async function listItems(
  db: Queryable,
  options: { runId: string; step: string; after: number; limit: number; outputs: boolean },
): Promise<StepDetail[]> {
  const { rows } = await db.query({
    name: 'list-items',
    text: `
      select ${columns('$5')} from steps s
      where s.run_id = $1 and s.step = $2 and s.iteration > $3 and s.iteration >= 0
      order by s.iteration limit $4`,
    values: [options.runId, options.step, options.after, options.limit, options.outputs],
  });
  return rows;
}

export interface StepLogs {
  lines: { at: string; level: string; message: string }[];
  truncated: boolean;
}

/** Lines of one attempt, or of the latest that has any; null = there are none. */
export async function readStepLogs(
  db: Queryable,
  of: { runId: string; step: string; iteration: number; attempt: number | null },
): Promise<StepLogs | null> {
  const { rows } = await db.query({
    name: 'read-step-logs',
    text: `
      select lines, truncated from step_logs
      where run_id = $1 and step = $2 and iteration = $3 and ($4::int is null or attempt = $4)
      order by attempt desc limit 1`,
    values: [of.runId, of.step, of.iteration, of.attempt],
  });
  return rows[0] ?? null;
}
