import type { CommitPart } from './commit-part.ts';
import { commitPart } from './commit-part.ts';
import type { StepAtOnce, StepChanges } from './step-changes.ts';

function toTime(moment: string): string {
  return `to_timestamp(${moment} / 1000)`;
}

const KEY = { step: 'text', iteration: 'int' } as const;

const STEP = {
  ...KEY,
  kind: 'text',
  lane: 'text',
  status: 'text',
  resolution: 'text',
  attempt: 'int',
  crashes: 'int',
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
} as const;

function insertSteps(rows: string): string {
  return `
      insert into steps as s (run_id, step, iteration, kind, lane, status, resolution, attempt, crashes,
                              output, error, usage, worker_id, span_id, due_at,
                              ready_at, started_at, finished_at, started_seq, waiting_seq, finished_seq)
      select run.id, w.step, w.iteration, w.kind, w.lane, w.status, w.resolution, w.attempt, w.crashes,
             w.output, w.error, w.usage,
             case when w.attempt > 0 then coalesce(w.worker_id, $1::uuid) end, w.span_id,
             ${toTime('w.due_at')},
             ${toTime('w.ready_at')}, ${toTime('w.started_at')}, ${toTime('w.finished_at')},
             w.started_seq, w.waiting_seq, w.finished_seq
      from ${rows} w join run on run.place = w.place`;
}

/** In the order of the statement; what it reads is the database before it, whatever the order. */
export const COMMIT_PARTS: readonly CommitPart<StepChanges>[] = [
  commitPart({
    name: 'attempts',
    of: (progress: StepChanges) => progress.attempts,
    columns: {
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
    sql: (rows) => `
      insert into step_attempts (run_id, step, iteration, attempt, status, error, usage, worker_id, span_id,
                                 ready_at, started_at, finished_at, started_seq, finished_seq)
      select run.id, e.step, e.iteration, e.attempt, e.status, e.error, e.usage,
             coalesce(e.worker_id, s.worker_id, $1::uuid), coalesce(e.span_id, s.span_id),
             coalesce(${toTime('e.ready_at')}, s.ready_at), coalesce(${toTime('e.started_at')}, s.started_at),
             ${toTime('e.finished_at')}, coalesce(e.started_seq, s.started_seq), e.finished_seq
      from ${rows} e
        join run on run.place = e.place
        left join steps s on s.run_id = run.id and s.step = e.step and s.iteration = e.iteration
      where e.started_at is not null or s.started_at is not null
      on conflict do nothing`,
  }),
  commitPart({
    name: 'logs',
    of: (progress: StepChanges) => progress.logs,
    columns: { ...KEY, attempt: 'int', lines: 'json', truncated: 'bool' },
    sql: (rows) => `
      insert into step_logs (run_id, step, iteration, attempt, lines, truncated)
      select run.id, l.step, l.iteration, l.attempt, l.lines, l.truncated
      from ${rows} l join run on run.place = l.place
      on conflict do nothing`,
  }),
  commitPart({
    name: 'approvals',
    of: (progress: StepChanges) => progress.approvals,
    columns: { ...KEY, id: 'uuid', message: 'text', approver: 'json' },
    sql: (rows) => `
      insert into approvals (id, run_id, step, iteration, owner, message, approver)
      select a.id, run.id, a.step, a.iteration, run.owner, a.message, a.approver
      from ${rows} a join run on run.place = a.place
      on conflict do nothing`,
  }),
  commitPart({
    name: 'waits',
    of: (progress: StepChanges) => progress.waits,
    columns: { ...KEY, name: 'text', key: 'text' },
    sql: (rows) => `
      insert into event_waits (run_id, step, iteration, owner, name, key)
      select run.id, w.step, w.iteration, run.owner, w.name, w.key
      from ${rows} w join run on run.place = w.place
      on conflict do nothing`,
  }),
  commitPart({
    name: 'children',
    of: (progress: StepChanges) => progress.children,
    columns: {
      ...KEY,
      id: 'uuid',
      attempt: 'int',
      workflowId: 'uuid',
      workflowVersionId: 'uuid',
      workflowName: 'text',
      stepsTotal: 'int',
      timeoutMs: 'float8',
      input: 'json',
      traceparent: 'text',
      parentSpanId: 'text',
    },
    sql: (rows) => `
      insert into runs (id, workflow_id, workflow_version_id, workflow_name, owner, input, steps_total,
                        traceparent, parent_span_id, tracestate, deadline_at, parent_run_id, parent_step, parent_iteration,
                        parent_attempt, depth)
      select c.id, c.workflow_id, c.workflow_version_id, c.workflow_name, run.owner, c.input,
             c.steps_total, c.traceparent, c.parent_span_id, run.tracestate, now() + c.timeout_ms * interval '1 millisecond',
             run.id, c.step, c.iteration, c.attempt, run.depth + 1
      from ${rows} c join run on run.place = c.place
      on conflict do nothing`,
  }),
  commitPart({
    name: 'chunks',
    of: (progress: StepChanges) => progress.chunks,
    columns: { id: 'uuid', workflowId: 'uuid', lane: 'text', alone: 'bool' },
    sql: (rows) => `
      insert into chunks (id, run_id, workflow_id, lane, alone)
      select c.id, run.id, c.workflow_id, c.lane, c.alone
      from ${rows} c join run on run.place = c.place
      on conflict do nothing`,
  }),
  commitPart({
    name: 'offers',
    of: (progress: StepChanges) => progress.offers,
    columns: { ...KEY, chunkId: 'uuid', attempt: 'int', spanId: 'text', item: 'json' },
    sql: (rows) => `
      insert into chunk_steps (run_id, step, iteration, chunk_id, attempt, span_id, item)
      select run.id, o.step, o.iteration, o.chunk_id, o.attempt, o.span_id, o.item
      from ${rows} o join run on run.place = o.place
      on conflict do nothing`,
  }),
  commitPart({
    name: 'revoked',
    of: (progress: StepChanges) => progress.revoked,
    columns: KEY,
    sql: (rows) => `
      delete from chunk_steps c using (
        select s.run_id, s.step, s.iteration
        from ${rows} o
          join run on run.place = o.place
          join chunk_steps s on s.run_id = run.id and s.step = o.step and s.iteration = o.iteration
        order by s.run_id, s.step, s.iteration
        for update of s
      ) o
      where c.run_id = o.run_id and c.step = o.step and c.iteration = o.iteration`,
  }),
  commitPart({
    name: 'unasked',
    of: (progress: StepChanges) => progress.unasked,
    columns: KEY,
    sql: (rows) => `
      update approvals a set status = 'cancelled', decided_at = now()
      from ${rows} u join run on run.place = u.place
      where a.run_id = run.id and a.step = u.step and a.iteration = u.iteration and a.status = 'pending'`,
  }),
  commitPart({
    name: 'unawaited',
    of: (progress: StepChanges) => progress.unasked,
    columns: KEY,
    sql: (rows) => `
      delete from event_waits w using ${rows} u, run
      where run.place = u.place and w.run_id = run.id and w.step = u.step and w.iteration = u.iteration`,
  }),
  commitPart({
    name: 'taken',
    of: (progress: StepChanges) => progress.taken,
    columns: { message: 'bigint' },
    sql: (rows) => `
      delete from run_messages m using ${rows} t, run
      where run.place = t.place and m.run_id = run.id and m.id = t.message`,
  }),
  // Looking for the row that may be there is a third of the work.
  commitPart({
    name: 'new_steps',
    of: (progress: StepChanges) => progress.newSteps,
    columns: STEP,
    sql: insertSteps,
  }),
  // Most of a run whose steps follow from each other at once. The other columns cost as much as these.
  commitPart({
    name: 'steps_at_once',
    of: (progress: StepChanges): readonly StepAtOnce[] => progress.stepsAtOnce,
    columns: {
      ...KEY,
      kind: 'text',
      lane: 'text',
      output: 'json',
      spanId: 'text',
      readyAt: 'float8',
      startedAt: 'float8',
      finishedAt: 'float8',
      startedSeq: 'bigint',
      finishedSeq: 'bigint',
    },
    // A short run that ends with its first commit. Each number is another statement to prepare.
    mostWrittenOut: 4,
    sql: (rows) => `
      insert into steps (run_id, step, iteration, kind, lane, status, attempt, output, worker_id, span_id,
                         ready_at, started_at, finished_at, started_seq, finished_seq)
      select run.id, w.step, w.iteration, w.kind, w.lane, 'succeeded', 1, w.output, $1::uuid, w.span_id,
             ${toTime('w.ready_at')}, ${toTime('w.started_at')}, ${toTime('w.finished_at')}, w.started_seq, w.finished_seq
      from ${rows} w join run on run.place = w.place`,
  }),
  commitPart({
    name: 'steps',
    of: (progress: StepChanges) => progress.steps,
    columns: STEP,
    sql: (rows) => `${insertSteps(rows)}
      on conflict (run_id, step, iteration) do update set
        status = excluded.status,
        resolution = excluded.resolution,
        attempt = excluded.attempt,
        crashes = excluded.crashes,
        output = excluded.output,
        error = excluded.error,
        usage = excluded.usage,
        worker_id = excluded.worker_id,
        span_id = excluded.span_id,
        due_at = excluded.due_at,
        ready_at = coalesce(excluded.ready_at, s.ready_at),
        started_at = coalesce(excluded.started_at, s.started_at),
        finished_at = excluded.finished_at,
        started_seq = coalesce(excluded.started_seq, s.started_seq),
        waiting_seq = coalesce(excluded.waiting_seq, s.waiting_seq),
        finished_seq = coalesce(excluded.finished_seq, s.finished_seq)
      -- A result is recorded once: a commit that is repeated after its answer was lost leaves it as it is.
      where s.status not in ('succeeded', 'failed', 'skipped', 'cancelled')`,
  }),
];
