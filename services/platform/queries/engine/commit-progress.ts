import type { RunStatus } from '@aio/core/run/states';
import type { Queryable } from '../../queryable.ts';
import type { CommitPart, Rows } from './commit-part.ts';
import { defineColumns } from './commit-part.ts';
import type { StepChanges } from './step-changes.ts';
import { COMMIT_PARTS } from './commit-parts.ts';

/** Where a run as a whole stands. */
export interface RunPosition {
  runId: string;
  epoch: number;
  status: RunStatus;
  eventSeq: number;
  stepsTotal: number;
  stepsDone: number;
  /** JSON text, as is `error`. */
  output: string | null;
  error: string | null;
  /** Number of the run's terminal event; null = it goes on. */
  finishedSeq: number | null;
  /** true = the lease is given back with this commit. */
  release: boolean;
}

/** All that happened to one run since its last commit. */
export type RunProgress = RunPosition & StepChanges;

export interface CommitResult {
  /** The database's clock: the time of every `NOW` in this commit. */
  nowMs: number;
  /** Signal of each run whose epoch held; a run that is missing is lost, and nothing of it was written. */
  signals: Map<string, number>;
}

/** The same once more, when it is not known whether it was written. */
export function toRepeated(progress: RunProgress): RunProgress {
  const { steps, newSteps } = progress;
  return newSteps.length === 0
    ? progress
    : { ...progress, steps: [...newSteps, ...steps], newSteps: [] };
}

/**
 * Writes the progress of many runs in one statement, hence one commit: 100 rows a commit reach
 * 40 times the rows a second of single-row commits. Each run's rows are written only if its epoch
 * still holds. Run rows are locked in id order, so that two batches never deadlock.
 * Repeating a commit whose answer was lost (`toRepeated`) writes the same rows again, or nothing when it
 * ended the run; one that a broken connection delivers late, after others, is refused by its event number.
 */
export async function commitProgress(
  db: Queryable,
  commit: { workerId: string; leaseMs: number; progress: readonly RunProgress[] },
): Promise<CommitResult> {
  const { workerId, leaseMs, progress } = commit;
  const values: unknown[] = [workerId, leaseMs];
  const positions = createPositions();
  for (const [place, one] of progress.entries()) positions.add(place, one);
  let text = COMMIT_RUNS(positions.toSource('progress', values));
  let parts = 0;
  let singles = positions.isSingle() ? 1 : 0;
  // A statement has the parts that it has rows for: each part costs, empty or not.
  for (const [index, part] of COMMIT_PARTS.entries()) {
    const rows = gather(part, progress);
    if (!rows) continue;
    const name = `${part.name}_rows`;
    text += `, ${name} as (select * from ${rows.toSource(part.name, values)})`;
    text += `, ${part.name} as (${part.sql(name)})`;
    parts |= 1 << index;
    if (rows.isSingle()) singles |= 2 << index;
  }
  const { rows } = await db.query({
    name: 'commit-progress',
    variant: `${parts.toString(36)} ${singles.toString(36)}`,
    text: text + ANSWER,
    values,
  });
  return {
    nowMs: rows[0]?.now_ms ?? Date.now(),
    signals: new Map(rows.map((row) => [row.id, Number(row.signal)])),
  };
}

/** null = there are none. */
function gather(part: CommitPart<StepChanges>, progress: readonly RunProgress[]): Rows | null {
  let rows: Rows | null = null;
  for (const [place, one] of progress.entries()) {
    for (const row of part.of(one)) {
      rows ??= part.createRows();
      rows.add(place, row);
    }
  }
  return rows;
}

const createPositions = defineColumns({
  runId: 'uuid',
  epoch: 'bigint',
  status: 'text',
  eventSeq: 'bigint',
  stepsTotal: 'int',
  stepsDone: 'int',
  output: 'json',
  error: 'json',
  finishedSeq: 'bigint',
  release: 'bool',
});

// A plan outlives the size of the tables that it was made for. So the order of the work is written down:
// each run is looked up by its key and locked, one after the other, in the order of their ids. (That a
// row's id and epoch are asked for once more lets the planner expect one row, and look up by key for the
// update too.) As plain joins, plans came out that scanned all runs, or compared each run of the commit
// with each other, and cost twice the commit itself.
const COMMIT_RUNS = (runs: string) => `
  with held as (
    select p.*, r.id, r.signal, r.repeated
    from (select * from ${runs} order by run_id) p cross join lateral (
      select id, epoch, signal, finished_at is not null as repeated from runs
      where id = p.run_id and epoch = p.epoch and event_seq <= p.event_seq
      for no key update
    ) r
    where r.id = p.run_id and r.epoch = p.epoch
  ), run as (
    update runs r set
      status = h.status,
      event_seq = h.event_seq,
      steps_total = h.steps_total,
      steps_done = h.steps_done,
      output = h.output,
      error = h.error,
      finished_seq = h.finished_seq,
      finished_at = case when h.finished_seq is not null then now() end,
      worker_id = case when h.release then null else $1::uuid end,
      leased_until = case when h.release then null else now() + $2 * interval '1 millisecond' end,
      wanted_at = case when h.release and h.finished_seq is null then now() end
    from held h where r.id = h.id and not h.repeated
    returning h.place, r.id, r.owner, r.depth, r.traceparent, r.tracestate
  )`;

const ANSWER = `
  select id, signal, extract(epoch from now())::float8 * 1000 as now_ms from held`;
