import { AioError } from '@aio/core/errors';
import { isRunTerminal, type RunStatus } from '@aio/core/run/states';
import type { ChangedRun } from '@aio/core/run/storage';
import type { Pool } from '../../postgres/pool.ts';
import type { Queryable } from '../../postgres/queryable.ts';
import { inTransaction } from '../../postgres/transaction.ts';
import { type AuditActor, writeAudit } from '../audit-log.ts';
import { findOrphans, tellParents } from './children.ts';

/** A cancelled run, for metrics and spans of the caller, since no worker reports it. */
export interface CancelledRun {
  id: string;
  workflowName: string;
  /** Subject of its owner. */
  owner: string;
  /** Number of the workflow's version. */
  version: number;
  /** The run that it retries. */
  retryOf: string | null;
  /** The run that it repeats. */
  replayOf: string | null;
  createdAt: Date;
  finishedAt: Date;
  /** Trace context of the run's span, and the id of its parent span; null = not traced. */
  traceparent: string | null;
  parentSpanId: string | null;
  tracestate: string | null;
  stepsTotal: number;
  /** Its open steps and items, by kind. */
  closed: readonly ClosedSteps[];
  /** Open steps and items that had become ready; empty = none, or the run is not traced. */
  begun: readonly BegunStep[];
}

/** A step or item that had become ready and ended with its run. Times in milliseconds since 1970. */
export interface BegunStep {
  step: string;
  /** -1 = the step itself. */
  iteration: number;
  kind: string;
  attempt: number;
  /** When its first attempt became ready. */
  firstReadyAtMs: number;
}

export interface ClosedSteps {
  kind: string;
  steps: number;
  /** Attempts that ended with these steps. */
  attempts: number;
}

export interface Cancellation {
  /** The run and its cancelled descendants. */
  ended: CancelledRun[];
  /** The parent run, if its step waited for this run. Announce it. */
  parents: ChangedRun[];
}

const CHILDREN_AT_ONCE = 1_000;

/**
 * Cancels a run and writes a row for each of its steps. It raises the epoch, so that the database refuses later commits
 * of a worker. It also cancels all descendants of the run.
 * @param options.onlyOwner the subject that must own the run; null = any
 * @throws AioError `not_found`, or `run_finished` if it has already ended
 */
export async function cancelRun(
  pool: Pool,
  runId: string,
  options: { onlyOwner: string | null; audit?: AuditActor },
): Promise<Cancellation> {
  const cancelled = await cancelOne(pool, runId, options);
  const ended = [cancelled, ...(await cancelChildren(pool, [runId]))];
  return { ended, parents: await tellParents(pool, { ids: [runId], limit: 1 }) };
}

/**
 * Cancels child runs for which no step waits any more, and their descendants.
 * @param parentIds only children of these runs; null = all
 * @returns the cancelled runs
 */
export async function cancelChildren(
  pool: Pool,
  parentIds: readonly string[] | null,
): Promise<CancelledRun[]> {
  const cancelled: CancelledRun[] = [];
  // Level by level: when a run ends, its children become orphans.
  for (let parents = parentIds; parents === null || parents.length > 0;) {
    const orphans = await findOrphans(pool, { parentIds: parents, limit: CHILDREN_AT_ONCE });
    const ended: CancelledRun[] = [];
    for (const id of orphans) {
      const one = await cancelOne(pool, id, { onlyOwner: null }).catch(unlessFinished);
      if (one) ended.push(one);
    }
    cancelled.push(...ended);
    parents = ended.length === CHILDREN_AT_ONCE ? parents : ended.map(({ id }) => id);
  }
  return cancelled;
}

/** Ignores that the run has ended meanwhile. */
function unlessFinished(error: unknown): undefined {
  if (error instanceof AioError && error.code === 'run_finished') return undefined;
  throw error;
}

function cancelOne(
  pool: Pool,
  runId: string,
  { onlyOwner, audit }: { onlyOwner: string | null; audit?: AuditActor },
): Promise<CancelledRun> {
  return inTransaction(pool, async (db) => {
    await lockUnfinished(db, runId, onlyOwner);
    await lockSteps(db, runId);
    // A separate statement, to see what was committed while the lock was awaited.
    const why = audit ? `Cancelled by ${audit.name}.` : 'Cancelled: no step waits for it any more.';
    const values = [runId, JSON.stringify({ code: 'cancelled', message: why })];
    const { rows } = await db.query({ name: 'cancel-run', text: CANCEL_RUN, values });
    if (audit) await writeAudit(db, audit, { target: `runs/${runId}` });
    return rows[0];
  });
}

async function lockUnfinished(
  db: Queryable,
  runId: string,
  onlyOwner: string | null,
): Promise<void> {
  const { rows } = await db.query({
    name: 'lock-run',
    text: `
      select status from runs where id = $1 and ($2::text is null or owner = $2)
      for no key update`,
    values: [runId, onlyOwner],
  });
  const status: RunStatus | undefined = rows[0]?.status;
  if (status === undefined)
    throw new AioError(
      'not_found',
      `Run ${runId} does not exist, or you do not have access to it.`,
    );
  if (isRunTerminal(status)) {
    throw new AioError('run_finished', `The run has already ended: it is ${status}.`, {
      details: { status },
    });
  }
}

/** Locks in the order of the keys, like executors that claim steps, so the two cannot deadlock. */
async function lockSteps(db: Queryable, runId: string): Promise<void> {
  await db.query({
    name: 'lock-steps',
    text: `
      select from steps where run_id = $1 and status in ('ready', 'running')
      order by run_id, step, iteration for no key update`,
    values: [runId],
  });
}

const ms = (time: string) => `extract(epoch from ${time})::float8 * 1000`;

const CANCEL_RUN = `
  with run as (
    select r.id, r.event_seq, v.definition
    from runs r join workflow_versions v on v.id = r.workflow_version_id
    where r.id = $1
  ), open as (
    -- With an error it waits for its next attempt, and the last one has ended.
    select step, iteration, kind, lane, 0::bigint as place,
      status = 'running' or status = 'waiting' and error is null as attempted,
      attempt, ready_at
    from steps
    where run_id = $1 and status not in ('succeeded', 'failed', 'skipped', 'cancelled')
    union all
    select d.step, -1, d.body ->> 'type', 'default', d.place, false, 0, null
    from run, json_each(run.definition -> 'steps') with ordinality as d(step, body, place)
    where not exists (select from steps s where s.run_id = $1 and s.step = d.step and s.iteration = -1)
  ), numbered as (
    select *, row_number() over (order by place, step, iteration) as nth from open
  ), closed as (
    insert into steps as s (run_id, step, iteration, kind, lane, status, finished_at, finished_seq)
    select run.id, n.step, n.iteration, n.kind, n.lane, 'cancelled', now(), run.event_seq + n.nth
    from run, numbered n
    on conflict (run_id, step, iteration) do update set
      status = 'cancelled',
      item = null,
      output = null,
      result = null,
      attempt_ended_at = null,
      error = null,
      due_at = null,
      finished_at = excluded.finished_at,
      finished_seq = excluded.finished_seq
  ), approval as (
    update approvals set status = 'cancelled', decided_at = now()
    where run_id = $1 and status = 'pending'
  ), unawaited as (
    delete from event_waits where run_id = $1
  ), unread as (
    delete from run_messages where run_id = $1
  ), count as (
    select count(*) as closed from numbered
  ), by_kind as (
    select kind, count(*)::int as steps, count(*) filter (where attempted)::int as attempts
    from open group by kind
  ), begun as (
    select step, iteration, kind, attempt,
      coalesce((
        select min(${ms('a.ready_at')}) from step_attempts a
        where a.run_id = $1 and a.step = open.step and a.iteration = open.iteration
      ), ${ms('ready_at')}) as "firstReadyAtMs"
    from open where ready_at is not null
  )
  update runs r set
    status = 'cancelled',
    epoch = r.epoch + 1,
    changes = r.changes + 1,
    worker_id = null,
    wanted_at = null,
    error = $2::json,
    steps_done = r.steps_done + count.closed,
    event_seq = r.event_seq + count.closed + 1,
    finished_seq = r.event_seq + count.closed + 1,
    finished_at = now()
  from count
  where r.id = $1
  returning r.id, r.workflow_name as "workflowName", r.owner,
    (select version from workflow_versions v where v.id = r.workflow_version_id) as version,
    r.retry_of as "retryOf", r.replay_of as "replayOf", r.created_at as "createdAt",
    r.finished_at as "finishedAt", r.traceparent, r.parent_span_id as "parentSpanId", r.tracestate, r.steps_total as "stepsTotal",
    (select coalesce(json_agg(by_kind), '[]') from by_kind) as closed,
    (select coalesce(json_agg(begun), '[]') from begun where r.traceparent is not null) as begun`;
