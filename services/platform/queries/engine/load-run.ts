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
  workerId: string | null;
  spanId: string | null;
  /** Of a step that waits for a decision. */
  approvalId: string | null;
  startedSeq: number | null;
  readyAtMs: number | null;
  startedAtMs: number | null;
  finishedAtMs: number | null;
  dueAtMs: number | null;
  /** Of a step that waits for its next attempt: when the last one ended. */
  attemptEndedAtMs: number | null;
}

/** Rows of the steps that have become ready so far, a map's items among them. */
export async function loadSteps(db: Queryable, runId: string): Promise<StoredStep[]> {
  const { rows } = await db.query({
    name: 'load-steps',
    text: `
      select step, iteration, status, attempt, crashes, error, worker_id, span_id, started_seq,
        extract(epoch from ready_at)::float8 * 1000 as ready_at_ms,
        extract(epoch from started_at)::float8 * 1000 as started_at_ms,
        extract(epoch from finished_at)::float8 * 1000 as finished_at_ms,
        extract(epoch from due_at)::float8 * 1000 as due_at_ms,
        case when status = 'waiting' then (
          select extract(epoch from a.finished_at)::float8 * 1000 from step_attempts a
          where a.run_id = s.run_id and a.step = s.step and a.iteration = s.iteration and a.attempt = s.attempt
        ) end as attempt_ended_at_ms,
        case when status = 'waiting' and kind = 'approval' then (
          select a.id from approvals a
          where a.run_id = s.run_id and a.step = s.step and a.iteration = s.iteration
          order by a.id desc limit 1
        ) end as approval_id
      from steps s where run_id = $1`,
    values: [runId],
  });
  return rows.map((row) => ({
    step: row.step,
    iteration: row.iteration,
    status: row.status,
    attempt: row.attempt,
    crashes: row.crashes,
    error: row.error,
    workerId: row.worker_id,
    spanId: row.span_id,
    approvalId: row.approval_id,
    startedSeq: row.started_seq === null ? null : Number(row.started_seq),
    readyAtMs: row.ready_at_ms,
    startedAtMs: row.started_at_ms,
    finishedAtMs: row.finished_at_ms,
    dueAtMs: row.due_at_ms,
    attemptEndedAtMs: row.attempt_ended_at_ms,
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

/** What somebody outside did to a run, until its holder has taken it up. */
export interface Message {
  id: number;
  type: 'approval' | 'event' | 'child' | 'started' | 'ended';
  step: string;
  /** -1 = the step itself. */
  iteration: number;
  /** Attempt of the step that it belongs to; null = it has only one. */
  attempt: number | null;
  body: unknown;
  /** JSON text of what the step comes to; null = nothing. */
  output: string | null;
  /** Worker that it comes from; null = none. */
  workerId: string | null;
  /** Of the request that it comes from; null = of none, or not traced. */
  traceparent: string | null;
  sentAtMs: number;
}

/** A run's messages in their order, and its signal at that moment (-1 = there is no such run). */
export interface Inbox {
  signal: number;
  messages: Message[];
  /** true = there are more. */
  more: boolean;
}

const MESSAGES_AT_ONCE = 200;

/** @param known ids that have been taken up and are not deleted yet */
export async function loadInbox(
  db: Queryable,
  runId: string,
  known: readonly number[],
): Promise<Inbox> {
  const { rows } = await db.query({
    name: 'load-inbox',
    text: `
      select r.signal, m.id, m.type, m.step, m.iteration, m.attempt, m.body, m.output::text as output,
        m.worker_id, m.traceparent, extract(epoch from m.sent_at)::float8 * 1000 as sent_at_ms
      from runs r
        left join lateral (
          select * from run_messages m
          where m.run_id = r.id and m.id <> all ($2::bigint[])
          order by m.id limit ${MESSAGES_AT_ONCE}
        ) m on true
      where r.id = $1
      order by m.id`,
    values: [runId, known],
  });
  const messages = rows.filter((row) => row.id !== null);
  return {
    signal: Number(rows[0]?.signal ?? -1),
    messages: messages.map((row) => ({
      id: Number(row.id),
      type: row.type,
      step: row.step,
      iteration: row.iteration,
      attempt: row.attempt,
      body: row.body,
      output: row.output,
      workerId: row.worker_id,
      traceparent: row.traceparent,
      sentAtMs: row.sent_at_ms,
    })),
    more: messages.length === MESSAGES_AT_ONCE,
  };
}

/** A version's number, and its definition as it was validated. */
export async function loadDefinition(
  db: Queryable,
  workflowVersionId: string,
): Promise<{ version: number; definition: unknown }> {
  const { rows } = await db.query({
    name: 'load-definition',
    text: 'select version, definition from workflow_versions where id = $1',
    values: [workflowVersionId],
  });
  return rows[0];
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
