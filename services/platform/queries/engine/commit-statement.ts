import type { RunStatus } from '@aio/core/run/states';
import { defineColumns, type Rows } from '../rows.ts';
import type { CommitPart } from './commit-part.ts';
import { COMMIT_PARTS } from './commit-parts.ts';
import type { StepChanges } from './step-changes.ts';

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

/** The same once more, when it is not known whether it was written. */
export function toRepeated(progress: RunProgress): RunProgress {
  const { steps, newSteps } = progress;
  return newSteps.length === 0
    ? progress
    : { ...progress, steps: [...newSteps, ...steps], newSteps: [] };
}

/**
 * The statement that writes progress, with its values appended to `values`. It has the parts that it has rows
 * for: each part costs, empty or not.
 * @param updateRuns given where their positions are: CTEs, of which `run` writes the runs that may be written and
 *   returns what is `WRITTEN` of them
 */
export function writeProgress(
  updateRuns: (positions: string) => string,
  progress: readonly RunProgress[],
  values: unknown[],
): { variant: string; text: string } {
  const positions = createPositions();
  for (const [place, one] of progress.entries()) positions.add(place, one);
  let text = updateRuns(positions.toSource('progress', values));
  let parts = 0;
  let singles = positions.isSingle() ? 1 : 0;
  for (const [index, part] of COMMIT_PARTS.entries()) {
    const rows = gather(part, progress);
    if (!rows) continue;
    const name = `${part.name}_rows`;
    text += `, ${name} as (select * from ${rows.toSource(part.name, values)})`;
    text += `, ${part.name} as (${part.sql(name)})`;
    parts |= 1 << index;
    if (rows.isSingle()) singles |= 2 << index;
  }
  return { variant: `${parts.toString(36)} ${singles.toString(36)}`, text };
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

const createPositions = defineColumns(
  {
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
  },
  { isPlannedOnce: true },
);

/** What a commit makes of a run `r` that comes to stand at `h`, given the worker as $1 and its lease in ms as $2. */
export const TO_POSITION = `
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
      wanted_at = case when h.release and h.finished_seq is null then now() end`;

/** What the parts of a commit ask of a run that it writes. */
export const WRITTEN = `h.place, r.id, r.owner, r.depth, r.traceparent, r.tracestate`;
