import type {
  AttemptKey,
  ChangedRun,
  ClaimedAttempt,
  EngineStorage,
  WaitingAttempt,
} from '@aio/core/run/storage';
import { RATE_LIMITED } from '@aio/core/run/step-outcome';
import type { Queryable } from '../../postgres/queryable.ts';
import { CHANGED_RUN, MARK_CHANGED, toChangedRun } from '../runs/changed-run.ts';
import { isAlive } from './leases.ts';

// Tables outgrow the plans made for them, so this statement fixes the order: it looks up and locks each row by its key.
// The repeated condition lets the planner expect one row, so that the update uses the key, too.
const IS_THAT_STEP = 's.run_id = a.run_id and s.step = a.step and s.iteration = a.iteration';

/**
 * Starts attempts whose steps are ready and whose lanes are not paused. It checks lanes here, because BullMQ forgets a
 * pause if Redis loses its data. The lock on the step's row decides between an executor and a cancel. It locks rows in
 * the order of their keys, like commits, so the two cannot deadlock.
 */
export async function claimAttempts(
  db: Queryable,
  claim: Parameters<EngineStorage['claimAttempts']>[0],
): Promise<ClaimedAttempt[]> {
  const { workerId, startedAtMs, attempts } = claim;
  const { rows } = await db.query({
    name: 'claim-attempts',
    text: `
      with wanted as (
        select s.run_id, s.step, s.iteration, a.attempt, a.span_id
        from (
          select * from unnest($3::uuid[], $4::text[], $5::int[], $6::int[], $7::text[])
            as a(run_id, step, iteration, attempt, span_id)
          order by run_id, step collate "C", iteration
        ) a cross join lateral (
          select run_id, step, iteration from steps s
          where s.run_id = a.run_id and s.step = a.step and s.iteration = a.iteration
            and s.status = 'ready' and s.attempt = a.attempt - 1
            and not exists (select from lanes l where l.name = s.lane and l.paused_at is not null)
          for no key update
        ) s
        where ${IS_THAT_STEP}
      )
      update steps s set
        status = 'running',
        attempt = w.attempt,
        worker_id = $1,
        span_id = w.span_id,
        started_at = greatest(to_timestamp($2::float8 / 1000), s.ready_at),
        attempt_ended_at = null,
        result = null
      from wanted w join runs r on r.id = w.run_id
      where s.run_id = w.run_id and s.step = w.step and s.iteration = w.iteration
      returning s.run_id as "runId", s.step, s.iteration, s.attempt, s.span_id as "spanId", s.item,
        extract(epoch from s.ready_at)::float8 * 1000 as "readyAtMs",
        case when s.attempt > 1 then (
          select extract(epoch from min(e.started_at))::float8 * 1000 from step_attempts e
          where e.run_id = s.run_id and e.step = s.step and e.iteration = s.iteration
          having bool_or(e.attempt = s.attempt - 1 and e.error ->> 'code' = '${RATE_LIMITED}')
        ) end as "sharesTimeoutSinceMs",
        r.workflow_id as "workflowId", r.workflow_name as "workflowName",
        r.workflow_version_id as "workflowVersionId", r.owner, r.input::text as input, r.traceparent, r.tracestate, r.depth`,
    values: [workerId, startedAtMs, ...keyColumns(attempts), attempts.map(({ spanId }) => spanId)],
  });
  return rows;
}

export async function loadWaitingAttempt(
  db: Queryable,
  { runId, step, iteration, attempt }: AttemptKey,
): Promise<WaitingAttempt | null> {
  const { rows } = await db.query({
    name: 'load-waiting-attempt',
    text: `
      select s.run_id as "runId", s.step, s.iteration, s.attempt + 1 as attempt, s.item,
        r.workflow_version_id as "workflowVersionId", r.input::text as input
      from steps s join runs r on r.id = s.run_id
      where s.run_id = $1 and s.step = $2 and s.iteration = $3 and s.status = 'ready' and s.attempt = $4::int - 1`,
    values: [runId, step, iteration, attempt],
  });
  return rows[0] ?? null;
}

/**
 * Records results of attempts. It locks their runs first, like commits. Each run counts the change, so that its
 * orchestrator cannot release it without seeing it. A run without a worker then wants one.
 */
export async function recordAttempts(
  db: Queryable,
  { workerId, attempts }: Parameters<EngineStorage['recordAttempts']>[0],
): Promise<ChangedRun[]> {
  const { rows } = await db.query({
    name: 'record-attempts',
    text: `
      with ended as (
        select * from unnest($2::uuid[], $3::text[], $4::int[], $5::int[], $6::float8[], $7::float8[], $8::json[],
            $9::json[], $10::json[], $11::bool[])
          as e(run_id, step, iteration, attempt, started_at, ended_at, result, output, lines, truncated)
      ), run as materialized (
        select r.id from (select distinct run_id as id from ended order by id) e cross join lateral (
          select id from runs where runs.id = e.id for no key update
        ) r
      ), held as materialized (
        select s.run_id, s.step, s.iteration, s.attempt
        from (
          select e.* from ended e join run on run.id = e.run_id order by e.run_id, e.step collate "C", e.iteration
        ) a cross join lateral (
          select run_id, step, iteration, attempt from steps s
          where s.run_id = a.run_id and s.step = a.step and s.iteration = a.iteration and s.attempt = a.attempt
            and s.status = 'running' and s.worker_id = $1 and s.attempt_ended_at is null
          for no key update
        ) s
        where ${IS_THAT_STEP}
      ), recorded as (
        update steps s set
          started_at = greatest(coalesce(to_timestamp(e.started_at / 1000), s.started_at), s.ready_at),
          attempt_ended_at = to_timestamp(e.ended_at / 1000),
          result = e.result,
          output = e.output
        from ended e join held using (run_id, step, iteration, attempt)
        where s.run_id = e.run_id and s.step = e.step and s.iteration = e.iteration
        returning s.run_id, s.step, s.iteration, s.attempt
      ), log as (
        insert into step_logs (run_id, step, iteration, attempt, lines, truncated)
        select run_id, step, iteration, attempt, lines, truncated
        from ended join recorded using (run_id, step, iteration, attempt)
        where lines is not null
        on conflict do nothing
      )${CHANGED}`,
    values: [
      workerId,
      ...keyColumns(attempts),
      attempts.map(({ startedAtMs }) => startedAtMs ?? null),
      attempts.map(({ atMs }) => atMs),
      attempts.map(({ result }) => JSON.stringify(result)),
      attempts.map(({ output }) => output?.text ?? null),
      attempts.map(({ log }) => log?.lines ?? null),
      attempts.map(({ log }) => log?.truncated ?? null),
    ],
  });
  return rows.map(toChangedRun);
}

/** Records up to `limit` attempts of dead workers as lost. */
export async function recordLostAttempts(
  db: Queryable,
  limit: number,
): ReturnType<EngineStorage['recordLostAttempts']> {
  const { rows } = await db.query({
    name: 'record-lost-attempts',
    text: `
      with lost as materialized (
        select s.run_id, s.step, s.iteration from steps s
        where s.status = 'running' and s.attempt_ended_at is null and s.lane <> 'default' and s.worker_id is not null
          and not ${isAlive('s.worker_id')}
        order by s.run_id, s.step, s.iteration limit $1
      ), run as materialized (
        select id from runs where id in (select run_id from lost) order by id for no key update
      ), recorded as (
        update steps s set attempt_ended_at = now(), result = '{"type": "lost"}'
        from lost join run on run.id = lost.run_id
        where s.run_id = lost.run_id and s.step = lost.step and s.iteration = lost.iteration
          and s.status = 'running' and s.attempt_ended_at is null
        returning s.run_id
      )${CHANGED}, (select count(*)::int from recorded) as attempts`,
    values: [limit],
  });
  return { attempts: rows[0]?.attempts ?? 0, runs: rows.map(toChangedRun) };
}

const CHANGED = `
  update runs r set ${MARK_CHANGED}
  where r.id in (select run_id from recorded) and r.finished_at is null
  returning ${CHANGED_RUN}`;

function keyColumns(attempts: readonly AttemptKey[]): unknown[] {
  return [
    attempts.map(({ runId }) => runId),
    attempts.map(({ step }) => step),
    attempts.map(({ iteration }) => iteration),
    attempts.map(({ attempt }) => attempt),
  ];
}
