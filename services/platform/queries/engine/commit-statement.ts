import type { RunStatus } from '@aio/core/run/states';
import type { Query } from '../../queryable.ts';
import { defineColumns, type Rows, type RowsForm } from '../rows.ts';
import type { CommitRows } from './commit-part.ts';
import { COMMIT_PARTS } from './commit-parts.ts';
import type { Moment, StepChanges } from './step-changes.ts';

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
  /** When the last of its steps ended: the run ends with the commit, and not before. */
  stepsEndedAt: Moment | null;
  /** true = the lease is given back with this commit. */
  release: boolean;
}

/** All that happened to one run since its last commit. */
export type RunProgress = RunPosition & StepChanges;

/** The same once more, when it is not known whether it was written. */
export function toRepeated(progress: RunProgress): RunProgress {
  const { steps, newSteps, stepsAtOnce } = progress;
  return newSteps.length + stepsAtOnce.length === 0
    ? progress
    : {
        ...progress,
        steps: [...newSteps, ...stepsAtOnce, ...steps],
        newSteps: [],
        stepsAtOnce: [],
      };
}

/** A statement that writes progress. Its parameters come after `values`, those that only it has. */
export type ProgressStatement = (values: unknown[], progress: readonly RunProgress[]) => Query;

/**
 * It has the parts that there are rows for: each part costs, empty or not. Its texts are kept, of some kB each: to
 * put one together takes as long as the rows of a short run.
 * @param statement.updateRuns given where their positions are: CTEs, of which `run` writes the runs that may be
 *   written and returns what is `WRITTEN` of them
 * @param statement.answer what is selected in the end
 */
export function defineProgressStatement(statement: {
  name: string;
  variant?: string;
  updateRuns: (positions: string) => string;
  answer: string;
}): ProgressStatement {
  const { name, updateRuns, answer } = statement;
  const texts = new Map<string, string>();

  function write(forms: readonly (RowsForm | null)[], firstParameter: number): string {
    let from = firstParameter;
    const sources = ROWS.map(({ name, columns }, index) => {
      const form = forms[index] ?? null;
      if (form === null) return null;
      const source = columns.toSource(form, name, from);
      from += columns.width * (form === 'any' ? 1 : form);
      return source;
    });
    const [positions, ...rest] = sources;
    const parts = COMMIT_PARTS.map((part, index) => {
      const rows = `${part.name}_rows`;
      return rest[index]
        ? `, ${rows} as (select * from ${rest[index]}), ${part.name} as (${part.sql(rows)})`
        : '';
    });
    return updateRuns(positions!) + parts.join('') + answer;
  }

  return (values, progress) => {
    const firstParameter = values.length + 1;
    const forms = ROWS.map((kind) => bindRows(kind, progress, values));
    const variant = forms
      .map((form) => (form === null ? '-' : form === 'any' ? 'n' : form))
      .join('');
    const text = texts.get(variant) ?? write(forms, firstParameter);
    texts.set(variant, text);
    return { name, variant: `${variant}${statement.variant ?? ''}`, text, values };
  };
}

/** null = there are none. */
function bindRows(
  { of, columns, mostWrittenOut = 1 }: CommitRows<RunProgress>,
  progress: readonly RunProgress[],
  values: unknown[],
): RowsForm | null {
  let rows: Rows | null = null;
  for (const [place, one] of progress.entries()) {
    for (const row of of(one)) {
      rows ??= columns.createRows();
      rows.add(place, row);
    }
  }
  if (rows === null) return null;
  const count = rows.count();
  const form = count <= (progress.length === 1 ? mostWrittenOut : 1) ? count : 'any';
  rows.bind(form, values);
  return form;
}

const POSITIONS: CommitRows<RunProgress> = {
  name: 'progress',
  of: (progress) => [progress],
  columns: defineColumns(
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
      stepsEndedAt: 'float8',
      release: 'bool',
    },
    { isPlannedOnce: true },
  ),
};

/** In the order of their parameters. */
const ROWS: readonly CommitRows<RunProgress>[] = [POSITIONS, ...COMMIT_PARTS];

/** What a commit makes of a run `r` that comes to stand at `h`, given the worker as $1 and its lease in ms as $2. */
export const TO_POSITION = `
      status = h.status,
      event_seq = h.event_seq,
      fruitless_takeovers = 0,
      steps_total = h.steps_total,
      steps_done = h.steps_done,
      output = h.output,
      error = h.error,
      finished_seq = h.finished_seq,
      finished_at = case when h.finished_seq is not null then greatest(now(), to_timestamp(h.steps_ended_at / 1000)) end,
      worker_id = case when h.release then null else $1::uuid end,
      leased_until = case when h.release then null else now() + $2 * interval '1 millisecond' end,
      wanted_at = case when h.release and h.finished_seq is null then now() end`;

/** What the parts of a commit ask of a run that it writes. */
export const WRITTEN = `h.place, r.id, r.owner, r.depth, r.tracestate`;
