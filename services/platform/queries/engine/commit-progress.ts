import type { RunStatus, StepStatus } from '@aio/core/run/states';
import type { Queryable } from '../../queryable.ts';

/** New state of one row of `steps`. Times are set by the database where a mark is true. */
export interface StepWrite {
  step: string;
  /** -1 = the step itself. */
  iteration: number;
  kind: string;
  lane: string;
  status: StepStatus;
  resolution: 'fallback' | 'reused' | null;
  attempt: number;
  crashes: number;
  /** JSON text, as are `error` and `usage`. */
  output: string | null;
  error: string | null;
  usage: string | null;
  spanId: string | null;
  dueInMs: number | null;
  markReady: boolean;
  markStarted: boolean;
  markFinished: boolean;
  /** Event numbers of this change; null keeps what the row has. */
  startedSeq: number | null;
  waitingSeq: number | null;
  finishedSeq: number | null;
}

/** An attempt that another will follow: its row is made from the step's row as it stands. */
export interface EndedAttempt {
  step: string;
  iteration: number;
  attempt: number;
  status: 'failed' | 'worker_lost';
  error: string;
  usage: string | null;
  finishedSeq: number;
}

export interface AttemptLog {
  step: string;
  iteration: number;
  attempt: number;
  /** JSON text of the list of lines. */
  lines: string;
  truncated: boolean;
}

export interface ApprovalRequest {
  id: string;
  step: string;
  iteration: number;
  message: string | null;
  /** JSON text; null = whoever may run the workflow. */
  approver: string | null;
}

/** All that happened to one run since its last commit. */
export interface RunProgress {
  runId: string;
  epoch: number;
  status: RunStatus;
  eventSeq: number;
  stepsTotal: number;
  stepsDone: number;
  output: string | null;
  error: string | null;
  /** Number of the run's terminal event; null = it goes on. */
  finishedSeq: number | null;
  /** true = the lease is given back with this commit. */
  release: boolean;
  steps: readonly StepWrite[];
  attempts: readonly EndedAttempt[];
  logs: readonly AttemptLog[];
  approvals: readonly ApprovalRequest[];
}

export interface CommitResult {
  /** The database's clock: the time of every mark in this commit. */
  nowMs: number;
  /** Signal of each run whose epoch held; a run that is missing is lost, and nothing of it was written. */
  signals: Map<string, number>;
}

/**
 * Writes the progress of many runs in one statement, hence one commit: 100 rows a commit reach
 * 40 times the rows a second of single-row commits. Each run's rows are written only if its epoch
 * still holds. Run rows are locked in id order, so that two batches never deadlock.
 * Repeating a commit whose answer was lost writes the same rows again, or nothing when it ended the
 * run; one that a broken connection delivers late, after others, is refused by its event number.
 */
export async function commitProgress(
  db: Queryable,
  commit: { workerId: string; leaseMs: number; progress: readonly RunProgress[] },
): Promise<CommitResult> {
  const { rows } = await db.query({
    name: 'commit-progress',
    text: COMMIT_PROGRESS,
    values: [commit.workerId, commit.leaseMs, ...columnsOf(commit.progress)],
  });
  return {
    nowMs: rows[0]?.now_ms ?? Date.now(),
    signals: new Map(rows.map((row) => [row.id, Number(row.signal)])),
  };
}

const COMMIT_PROGRESS = `
  with progress as (
    select * from unnest($3::uuid[], $4::bigint[], $5::text[], $6::bigint[], $7::int[], $8::int[],
                         $9::text[], $10::text[], $11::bigint[], $12::bool[])
      as p(id, epoch, status, event_seq, steps_total, steps_done, output, error, finished_seq, release)
  ), held as (
    select r.id, r.signal, r.finished_at is not null as repeated
    from runs r join progress p on p.id = r.id and p.epoch = r.epoch and p.event_seq >= r.event_seq
    order by r.id for no key update of r
  ), run as (
    update runs r set
      status = p.status,
      event_seq = p.event_seq,
      steps_total = p.steps_total,
      steps_done = p.steps_done,
      output = p.output::json,
      error = p.error::json,
      finished_seq = p.finished_seq,
      finished_at = case when p.finished_seq is not null then now() end,
      worker_id = case when p.release then null else $1::uuid end,
      leased_until = case when p.release then null else now() + $2 * interval '1 millisecond' end
    from progress p join held h on h.id = p.id and not h.repeated
    where r.id = p.id
    returning r.id, r.signal, r.owner
  ), ended as (
    insert into step_attempts (run_id, step, iteration, attempt, status, error, usage, worker_id, span_id,
                               ready_at, started_at, finished_at, started_seq, finished_seq)
    select s.run_id, s.step, s.iteration, e.attempt, e.status, e.error::json, e.usage::json, s.worker_id,
           s.span_id, s.ready_at, s.started_at, now(), s.started_seq, e.finished_seq
    from unnest($32::uuid[], $33::text[], $34::int[], $35::int[], $36::text[], $37::text[], $38::text[],
                $39::bigint[])
           as e(run_id, step, iteration, attempt, status, error, usage, finished_seq)
      join run on run.id = e.run_id
      join steps s on s.run_id = e.run_id and s.step = e.step and s.iteration = e.iteration
    where s.started_at is not null
    on conflict do nothing
  ), log as (
    insert into step_logs (run_id, step, iteration, attempt, lines, truncated)
    select l.run_id, l.step, l.iteration, l.attempt, l.lines::json, l.truncated
    from unnest($40::uuid[], $41::text[], $42::int[], $43::int[], $44::text[], $45::bool[])
           as l(run_id, step, iteration, attempt, lines, truncated)
      join run on run.id = l.run_id
    on conflict do nothing
  ), approval as (
    insert into approvals (id, run_id, step, iteration, owner, message, approver)
    select a.id, a.run_id, a.step, a.iteration, run.owner, a.message, a.approver::json
    from unnest($46::uuid[], $47::uuid[], $48::text[], $49::int[], $50::text[], $51::text[])
           as a(id, run_id, step, iteration, message, approver)
      join run on run.id = a.run_id
    on conflict do nothing
  ), closed as (
    update approvals a set status = 'cancelled', decided_at = now()
    from run join progress p on p.id = run.id and p.finished_seq is not null
    where a.run_id = run.id and a.status = 'pending'
  ), undecided as (
    update approvals a set status = 'cancelled', decided_at = now()
    from unnest($13::uuid[], $14::text[], $15::int[], $16::text[], $29::bool[])
           as w(run_id, step, iteration, kind, ended)
      join run on run.id = w.run_id
    where w.kind = 'approval' and w.ended
      and a.run_id = w.run_id and a.step = w.step and a.iteration = w.iteration and a.status = 'pending'
  ), step as (
    insert into steps as s (run_id, step, iteration, kind, lane, status, resolution, attempt, crashes,
                            output, error, usage, worker_id, span_id, due_at,
                            ready_at, started_at, finished_at, started_seq, waiting_seq, finished_seq)
    select w.run_id, w.step, w.iteration, w.kind, w.lane, w.status, w.resolution, w.attempt, w.crashes,
           w.output::json, w.error::json, w.usage::json, case when w.attempt > 0 then $1::uuid end, w.span_id,
           now() + w.due_in_ms * interval '1 millisecond',
           case when w.mark_ready then now() end,
           case when w.mark_started then now() end,
           case when w.mark_finished then now() end,
           w.started_seq, w.waiting_seq, w.finished_seq
    from unnest($13::uuid[], $14::text[], $15::int[], $16::text[], $17::text[], $18::text[], $19::text[],
                $20::int[], $21::int[], $22::text[], $23::text[], $24::text[], $25::text[], $26::float8[],
                $27::bool[], $28::bool[], $29::bool[], $30::bigint[], $31::bigint[], $52::bigint[])
           as w(run_id, step, iteration, kind, lane, status, resolution, attempt, crashes, output, error,
                usage, span_id, due_in_ms, mark_ready, mark_started, mark_finished, started_seq,
                waiting_seq, finished_seq)
      join run on run.id = w.run_id
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
      finished_seq = excluded.finished_seq
    -- A result is recorded once: a commit that is repeated after its answer was lost leaves it as it is.
    where s.status not in ('succeeded', 'failed', 'skipped', 'cancelled')
  )
  select id, signal, extract(epoch from now())::float8 * 1000 as now_ms from held`;

/** The parameters after the first two, column by column. */
function columnsOf(progress: readonly RunProgress[]): unknown[][] {
  const steps = rowsOf(progress, (p) => p.steps);
  const attempts = rowsOf(progress, (p) => p.attempts);
  const logs = rowsOf(progress, (p) => p.logs);
  const approvals = rowsOf(progress, (p) => p.approvals);
  return [
    ...pick(progress, 'runId', 'epoch', 'status', 'eventSeq', 'stepsTotal', 'stepsDone', 'output'),
    ...pick(progress, 'error', 'finishedSeq', 'release'),
    ...pick(steps, 'runId', 'step', 'iteration', 'kind', 'lane', 'status', 'resolution', 'attempt'),
    ...pick(steps, 'crashes', 'output', 'error', 'usage', 'spanId', 'dueInMs', 'markReady'),
    ...pick(steps, 'markStarted', 'markFinished', 'startedSeq', 'waitingSeq'),
    ...pick(
      attempts,
      'runId',
      'step',
      'iteration',
      'attempt',
      'status',
      'error',
      'usage',
      'finishedSeq',
    ),
    ...pick(logs, 'runId', 'step', 'iteration', 'attempt', 'lines', 'truncated'),
    ...pick(approvals, 'id', 'runId', 'step', 'iteration', 'message', 'approver'),
    ...pick(steps, 'finishedSeq'),
  ];
}

function rowsOf<Row extends object>(
  progress: readonly RunProgress[],
  select: (of: RunProgress) => readonly Row[],
): (Row & { runId: string })[] {
  return progress.flatMap((p) => select(p).map((row) => ({ ...row, runId: p.runId })));
}

function pick<Row, Key extends keyof Row>(rows: readonly Row[], ...keys: Key[]): Row[Key][][] {
  return keys.map((key) => rows.map((row) => row[key]));
}
