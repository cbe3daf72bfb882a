import type { StepStatus } from '@aio/core/run/states';
import type { Failure } from '@aio/core/errors';
import type { Queryable } from '../../queryable.ts';

/** What a worker needs of a step's row to go on; outputs stay in the database. */
export interface StoredStep {
  step: string;
  /** -1 = the step itself. */
  iteration: number;
  status: StepStatus;
  attempt: number;
  crashes: number;
  error: Failure | null;
  spanId: string | null;
  startedSeq: number | null;
  readyAtMs: number | null;
  startedAtMs: number | null;
  dueAtMs: number | null;
}

/** Rows of the steps that have become ready so far, a map's items among them. */
export async function loadSteps(db: Queryable, runId: string): Promise<StoredStep[]> {
  const { rows } = await db.query({
    name: 'load-steps',
    text: `
      select step, iteration, status, attempt, crashes, error, span_id, started_seq,
        extract(epoch from ready_at)::float8 * 1000 as ready_at_ms,
        extract(epoch from started_at)::float8 * 1000 as started_at_ms,
        extract(epoch from due_at)::float8 * 1000 as due_at_ms
      from steps where run_id = $1`,
    values: [runId],
  });
  return rows.map((row) => ({
    step: row.step,
    iteration: row.iteration,
    status: row.status,
    attempt: row.attempt,
    crashes: row.crashes,
    error: row.error,
    spanId: row.span_id,
    startedSeq: row.started_seq === null ? null : Number(row.started_seq),
    readyAtMs: row.ready_at_ms,
    startedAtMs: row.started_at_ms,
    dueAtMs: row.due_at_ms,
  }));
}

/** Outputs (JSON text) of the named steps and of their items; a step without a row is missing. */
export async function loadOutputs(
  db: Queryable,
  runId: string,
  steps: readonly string[],
): Promise<{ step: string; iteration: number; output: string | null }[]> {
  const { rows } = await db.query({
    name: 'load-outputs',
    text: `
      select step, iteration, output::text as output from steps
      where run_id = $1 and step = any($2::text[]) order by step, iteration`,
    values: [runId, steps],
  });
  return rows;
}

export interface Decision {
  step: string;
  iteration: number;
  status: 'approved' | 'rejected';
  comment: string | null;
  decidedBy: string | null;
}

/** What people decided for the run so far, and the run's signal at that moment. */
export interface Decisions {
  signal: number;
  decisions: Decision[];
}

export async function loadDecisions(db: Queryable, runId: string): Promise<Decisions> {
  // The signal is read first: a decision that comes in between is at worst looked at twice.
  const signal = await db.query({
    name: 'load-signal',
    text: 'select signal from runs where id = $1',
    values: [runId],
  });
  const { rows } = await db.query({
    name: 'load-decisions',
    text: `
      select step, iteration, status, comment, decided_by as "decidedBy" from approvals
      where run_id = $1 and status in ('approved', 'rejected')`,
    values: [runId],
  });
  return { signal: Number(signal.rows[0]?.signal ?? -1), decisions: rows };
}

/** A version's definition, as it was validated. */
export async function loadDefinition(db: Queryable, workflowVersionId: string): Promise<unknown> {
  const { rows } = await db.query({
    name: 'load-definition',
    text: 'select definition from workflow_versions where id = $1',
    values: [workflowVersionId],
  });
  return rows[0]?.definition;
}

/** When the run was cancelled, in milliseconds; null = it was not. */
export async function loadCancelledAt(db: Queryable, runId: string): Promise<number | null> {
  const { rows } = await db.query({
    name: 'load-cancelled-at',
    text: `
      select extract(epoch from finished_at)::float8 * 1000 as at_ms from runs
      where id = $1 and status = 'cancelled'`,
    values: [runId],
  });
  return rows[0]?.at_ms ?? null;
}
