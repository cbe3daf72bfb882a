import type { ClaimedRun } from '@aio/core/run/rows';
import type { EngineStorage, HeldRunKey } from '@aio/core/run/storage';
import type { Queryable } from '../../postgres/queryable.ts';
import { IS_FREE } from './leases.ts';

/**
 * Claims those runs that want a worker and whose worker, if any, is dead. Locks them in the order of their ids. While
 * the lane `default` is paused, it claims none; while a workflow is paused, none of its runs that have not started.
 */
export async function claimRuns(
  db: Queryable,
  { workerId, runIds }: Parameters<EngineStorage['claimRuns']>[0],
): Promise<ClaimedRun[]> {
  const { rows } = await db.query({
    name: 'claim-runs',
    text: CLAIM_RUNS,
    values: [workerId, runIds],
  });
  return rows.map(({ epoch, changes, eventSeq, ...row }) => ({
    ...row,
    epoch: Number(epoch),
    changes: Number(changes),
    eventSeq: Number(eventSeq),
  }));
}

/**
 * Takeovers count up to here, also for innocent runs of the same worker. From here on, a worker tries a run alone and
 * counts each trial, see `countTrial`.
 */
export const SUSPECT_TAKEOVERS = 4;

// A scalar subquery, so that PostgreSQL uses the key. For an "exists" after an "or", it may scan all workflows.
const PAUSED_AT = '(select w.paused_at from workflows w where w.id = r.workflow_id)';

// Locks each run by its id. The repeated condition lets the planner expect one row, so that the update uses the key, too.
const CLAIM_RUNS = `
  with wanted as (
    select r.*
    from (select distinct id from unnest($2::uuid[]) as w(id) order by id) w cross join lateral (
      select id, worker_id as taken_from, wanted_at,
        case
          when worker_id is not null then 'abandoned'
          when status = 'running' then 'released'
          else status
        end as was
      from runs r
      where r.id = w.id and finished_at is null and wanted_at <= now() and ${IS_FREE}
        and not exists (select from lanes where name = 'default' and paused_at is not null)
        and (r.started_at is not null or ${PAUSED_AT} is null)
      for no key update
    ) r
    where r.id = w.id
  )
  update runs r set
    epoch = r.epoch + 1,
    worker_id = $1,
    status = 'running',
    wanted_at = null,
    fruitless_takeovers = case
      when wanted.was = 'abandoned' and r.fruitless_takeovers < ${SUSPECT_TAKEOVERS} then r.fruitless_takeovers + 1
      else r.fruitless_takeovers
    end,
    started_at = coalesce(r.started_at, now()),
    started_seq = coalesce(r.started_seq, r.event_seq + 1),
    event_seq = r.event_seq + (r.started_seq is null)::int
  from wanted
  where r.id = wanted.id
  returning r.id, r.workflow_id as "workflowId", r.workflow_name as "workflowName",
    r.workflow_version_id as "workflowVersionId", r.owner, r.epoch, r.changes, r.event_seq as "eventSeq",
    r.steps_total as "stepsTotal", r.steps_done as "stepsDone", r.steps_succeeded as "stepsSucceeded",
    coalesce(r.cost, 0) as "costUsd", r.unpriced_calls as "unpricedCalls", r.input::text as input,
    r.traceparent, r.parent_span_id as "parentSpanId", r.tracestate,
    extract(epoch from r.created_at)::float8 * 1000 as "createdAtMs",
    extract(epoch from r.deadline_at)::float8 * 1000 as "deadlineAtMs",
    extract(epoch from now())::float8 * 1000 as "nowMs",
    extract(epoch from wanted.wanted_at)::float8 * 1000 as "wantedAtMs",
    r.epoch > 1 or r.retry_of is not null or r.replay_of is not null as resumed, wanted.was, wanted.taken_from as "takenFrom",
    r.fruitless_takeovers as "fruitlessTakeovers", r.depth, r.retry_of as "retryOf", r.replay_of as "replayOf",
    (select o.traceparent from runs o where o.id = coalesce(r.retry_of, r.replay_of)) as "originTraceparent"`;

/**
 * Counts the trial of a run that may have killed its workers. Call it before the trial, since a worker that dies cannot
 * count. The run's next commit or release resets the count.
 * @returns false = another worker has the run
 */
export async function countTrial(db: Queryable, { runId, epoch }: HeldRunKey): Promise<boolean> {
  const { rowCount } = await db.query({
    name: 'count-trial',
    text: `
      update runs set fruitless_takeovers = fruitless_takeovers + 1
      where id = $1 and epoch = $2 and finished_at is null`,
    values: [runId, epoch],
  });
  return rowCount === 1;
}
