import type { RunProgress } from '@aio/core/run/rows';
import { type Columns, defineColumns } from '../rows.ts';

/** Rows of one kind in a commit. */
interface CommitTable {
  name: keyof RunProgress | 'progress';
  /** In SQL, field names are in snake_case. */
  columns: Columns;
  of: (progress: RunProgress) => readonly object[];
  /** SQL: common table expressions that write the rows of the source. */
  write: (rows: string) => string;
}

function table(
  name: CommitTable['name'],
  types: Parameters<typeof defineColumns>[0],
  of: CommitTable['of'],
  write: CommitTable['write'],
): CommitTable {
  return { name, columns: defineColumns(types, { isPlannedOnce: true }), of, write };
}

const KEY = { step: 'text', iteration: 'int' } as const;
const time = (moment: string) => `to_timestamp(${moment} / 1000)`;

/** SQL: the commit cancels a step whose attempt an executor has started. */
const HAS_BEGUN = `(excluded.status = 'cancelled' and s.attempt > excluded.attempt)`;
/** SQL: a repeated commit makes the step ready again, but an executor has already started it. */
const IS_OVERTAKEN = `(excluded.status = 'ready' and s.status = 'running' and s.attempt > excluded.attempt
  and coalesce(s.result ->> 'type', '') <> 'deferred')`;
/** SQL: the row keeps the result that the executor recorded. */
const IS_EXECUTORS = `(excluded.status in ('running', 'succeeded'))`;

// Tables outgrow the plans made for them, so this statement fixes the order: it looks up and locks each run by its key.
// The repeated condition lets the planner expect one row, so that the update uses the key, too.
// An executor owns an attempt in a lane until the orchestrator has decided: a running or succeeded row keeps what the
// executor wrote, and a cancelled row keeps the attempt that had started.

/** The tables of a commit. `progress` is always there; the others write for its `run`, the runs whose epoch matches. */
export const COMMIT_TABLES: readonly CommitTable[] = [
  table(
    'progress',
    {
      runId: 'uuid',
      epoch: 'bigint',
      status: 'text',
      eventSeq: 'bigint',
      stepsTotal: 'int',
      stepsDone: 'int',
      stepsSucceeded: 'int',
      costUsd: 'float8',
      unpricedCalls: 'int',
      output: 'json',
      error: 'json',
      finishedSeq: 'bigint',
      stepsEndedAt: 'float8',
      release: 'bool',
    },
    (progress) => [progress],
    (rows) => `held as (
    select p.*, r.id, r.changes, r.repeated
    from (select * from ${rows} order by run_id) p cross join lateral (
      select id, epoch, changes, finished_at is not null as repeated from runs
      where id = p.run_id and epoch = p.epoch and event_seq <= p.event_seq
      for no key update
    ) r
    where r.id = p.run_id and r.epoch = p.epoch
  ), run as (
    update runs r set
      status = h.status,
      event_seq = h.event_seq,
      fruitless_takeovers = 0,
      -- Only items change the total.
      items_total = r.items_total + h.steps_total - r.steps_total,
      steps_total = h.steps_total,
      steps_done = h.steps_done,
      steps_succeeded = h.steps_succeeded,
      cost = h.cost_usd,
      unpriced_calls = h.unpriced_calls,
      output = h.output,
      error = h.error,
      finished_seq = h.finished_seq,
      finished_at = case when h.finished_seq is not null then greatest(now(), ${time('h.steps_ended_at')}) end,
      worker_id = case when h.release then null else $1::uuid end,
      wanted_at = case when h.release and h.finished_seq is null then now() end
    from held h where r.id = h.id and not h.repeated
    returning h.place, r.id, r.owner, r.depth, r.tracestate
  )`,
  ),
  table(
    'steps',
    {
      ...KEY,
      kind: 'text',
      lane: 'text',
      status: 'text',
      attempt: 'int',
      crashes: 'int',
      item: 'json',
      output: 'json',
      error: 'json',
      usage: 'json',
      workerId: 'uuid',
      spanId: 'text',
      dueAt: 'float8',
      readyAt: 'float8',
      startedAt: 'float8',
      finishedAt: 'float8',
      startedSeq: 'bigint',
      waitingSeq: 'bigint',
      finishedSeq: 'bigint',
    },
    ({ steps }) => steps,
    (rows) => `written as (
    insert into steps as s (run_id, step, iteration, kind, lane, status, attempt, crashes,
                            item, output, error, usage, worker_id, span_id, due_at,
                            ready_at, started_at, finished_at, started_seq, waiting_seq, finished_seq)
    select run.id, w.step, w.iteration, w.kind, w.lane, w.status, w.attempt, w.crashes,
           w.item, w.output, w.error, w.usage,
           case when w.attempt > 0 then coalesce(w.worker_id, $1::uuid) end, w.span_id,
           ${time('w.due_at')},
           ${time('w.ready_at')}, ${time('w.started_at')}, ${time('w.finished_at')},
           w.started_seq, w.waiting_seq, w.finished_seq
    from (select * from ${rows}) w join run on run.place = w.place
    order by run.id, w.step, w.iteration
    on conflict (run_id, step, iteration) do update set
      status = excluded.status,
      crashes = excluded.crashes,
      error = excluded.error,
      due_at = excluded.due_at,
      attempt = case when ${HAS_BEGUN} then s.attempt else excluded.attempt end,
      worker_id = case when ${HAS_BEGUN} then s.worker_id else excluded.worker_id end,
      span_id = case when ${HAS_BEGUN} then s.span_id else excluded.span_id end,
      item = case when excluded.status = 'running' then s.item else excluded.item end,
      output = case when ${IS_EXECUTORS} then coalesce(excluded.output, s.output) else excluded.output end,
      usage = case when ${IS_EXECUTORS} then coalesce(excluded.usage, s.usage) else excluded.usage end,
      result = case when excluded.status = 'running' then s.result end,
      attempt_ended_at = case when excluded.status = 'running' then s.attempt_ended_at end,
      ready_at = coalesce(excluded.ready_at, s.ready_at),
      started_at = case when s.attempt_ended_at is null or s.attempt <> excluded.attempt
        then coalesce(excluded.started_at, s.started_at) else s.started_at end,
      finished_at = excluded.finished_at,
      started_seq = case when excluded.status <> 'ready' then coalesce(excluded.started_seq, s.started_seq) end,
      waiting_seq = coalesce(excluded.waiting_seq, s.waiting_seq),
      finished_seq = coalesce(excluded.finished_seq, s.finished_seq)
    -- A result is decided once: a commit that is repeated after its answer was lost leaves it as it is.
    where s.status not in ('succeeded', 'failed', 'skipped', 'cancelled') and not ${IS_OVERTAKEN}
    returning s.run_id, s.step, s.iteration, s.status, s.attempt, s.worker_id, s.span_id, s.started_at, s.started_seq
  ), begun as (
    -- Without a number, the start is an executor's, and unseen.
    select run_id, json_agg(json_build_object('step', step, 'iteration', iteration, 'attempt', attempt,
      'workerId', worker_id, 'spanId', span_id, 'startedAtMs', extract(epoch from started_at) * 1000)) as attempts
    from written where status = 'cancelled' and attempt > 0 and started_seq is null
    group by run_id
  )`,
  ),
  table(
    'attempts',
    {
      ...KEY,
      attempt: 'int',
      status: 'text',
      error: 'json',
      usage: 'json',
      workerId: 'uuid',
      spanId: 'text',
      readyAt: 'float8',
      startedAt: 'float8',
      finishedAt: 'float8',
      startedSeq: 'bigint',
      finishedSeq: 'bigint',
    },
    ({ attempts }) => attempts,
    (rows) => `ended as (
    insert into step_attempts (run_id, step, iteration, attempt, status, error, usage, worker_id, span_id,
                               ready_at, started_at, finished_at, started_seq, finished_seq)
    select run.id, e.step, e.iteration, e.attempt, e.status, e.error, e.usage,
           coalesce(e.worker_id, s.worker_id, $1::uuid), coalesce(e.span_id, s.span_id),
           coalesce(${time('e.ready_at')}, s.ready_at), coalesce(${time('e.started_at')}, s.started_at),
           ${time('e.finished_at')}, coalesce(e.started_seq, s.started_seq), e.finished_seq
    from (select * from ${rows}) e
      join run on run.place = e.place
      left join steps s on s.run_id = run.id and s.step = e.step and s.iteration = e.iteration
    where e.started_at is not null or s.started_at is not null
    on conflict do nothing
  )`,
  ),
  table(
    'logs',
    { ...KEY, attempt: 'int', lines: 'json', truncated: 'bool' },
    ({ logs }) => logs,
    (rows) => `logged as (
    insert into step_logs (run_id, step, iteration, attempt, lines, truncated)
    select run.id, l.step, l.iteration, l.attempt, l.lines, l.truncated
    from (select * from ${rows}) l join run on run.place = l.place
    on conflict do nothing
  )`,
  ),
  table(
    'approvals',
    { ...KEY, id: 'uuid', message: 'text', approver: 'json' },
    ({ approvals }) => approvals,
    (rows) => `asked as (
    insert into approvals (id, run_id, step, iteration, owner, message, approver)
    select a.id, run.id, a.step, a.iteration, run.owner, a.message, a.approver
    from (select * from ${rows}) a join run on run.place = a.place
    on conflict do nothing
  )`,
  ),
  table(
    'waits',
    { ...KEY, name: 'text', key: 'text' },
    ({ waits }) => waits,
    (rows) => `awaited as (
    insert into event_waits (run_id, step, iteration, owner, name, key)
    select run.id, w.step, w.iteration, run.owner, w.name, w.key
    from (select * from ${rows}) w join run on run.place = w.place
    on conflict do nothing
  )`,
  ),
  table(
    'children',
    {
      ...KEY,
      id: 'uuid',
      attempt: 'int',
      workflowId: 'uuid',
      workflowVersionId: 'uuid',
      workflowName: 'text',
      stepsTotal: 'int',
      timeoutMs: 'float8',
      input: 'json',
      title: 'text',
      labels: 'json',
      traceparent: 'text',
      parentSpanId: 'text',
    },
    ({ children }) =>
      children.map((child) => ({ ...child, labels: child.labels && JSON.stringify(child.labels) })),
    (rows) => `started as (
    insert into runs (id, workflow_id, workflow_version_id, workflow_name, owner, input, title, labels, steps_total,
                      traceparent, parent_span_id, tracestate, deadline_at, parent_run_id, parent_step, parent_iteration,
                      parent_attempt, depth)
    select c.id, c.workflow_id, c.workflow_version_id, c.workflow_name, run.owner, c.input, c.title, c.labels::jsonb,
           c.steps_total, c.traceparent, c.parent_span_id, run.tracestate, now() + c.timeout_ms * interval '1 millisecond',
           run.id, c.step, c.iteration, c.attempt, run.depth + 1
    from (select * from ${rows}) c join run on run.place = c.place
    on conflict do nothing
  )`,
  ),
  table(
    'unasked',
    KEY,
    ({ unasked }) => unasked,
    (rows) => `unasked as (
    select run.id as run_id, u.step, u.iteration
    from (select * from ${rows}) u join run on run.place = u.place
  ), withdrawn as (
    update approvals a set status = 'cancelled', decided_at = now()
    from unasked u
    where a.run_id = u.run_id and a.step = u.step and a.iteration = u.iteration and a.status = 'pending'
  ), unawaited as (
    delete from event_waits w using unasked u
    where w.run_id = u.run_id and w.step = u.step and w.iteration = u.iteration
  )`,
  ),
  table(
    'applied',
    { message: 'bigint' },
    ({ applied }) => applied,
    (rows) => `applied as (
    delete from run_messages m using (select * from ${rows}) t, run
    where run.place = t.place and m.run_id = run.id and m.id = t.message
  )`,
  ),
];
