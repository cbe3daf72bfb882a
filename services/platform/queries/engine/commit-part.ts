import type { ElementType } from '../binary-array.ts';
import { defineColumns, type Rows } from '../rows.ts';

/** Rows of one table that a commit writes, beside the runs. */
export interface CommitPart<Progress> {
  name: string;
  /** What there is to write of one run. */
  of: (progress: Progress) => readonly object[];
  createRows: () => Rows;
  /** The statement, given the name of its rows; `run` has the runs whose epoch held. */
  sql: (rows: string) => string;
}

/** Keeps a part's field names and its rows' type together. */
export function commitPart<Progress, Row extends object>({
  columns,
  ...part
}: Omit<CommitPart<Progress>, 'of' | 'createRows'> & {
  of: (progress: Progress) => readonly Row[];
  /** PostgreSQL types by field. */
  columns: { readonly [Field in keyof Row & string]-?: ElementType };
}): CommitPart<Progress> {
  return { ...part, createRows: defineColumns(columns, { isPlannedOnce: true }) };
}
