import type { ElementType } from '../binary-array.ts';
import { type Columns, defineColumns } from '../rows.ts';

/** Rows of one kind that a commit is given. */
export interface CommitRows<Progress> {
  name: string;
  /** What there is to write of one run. */
  of: (progress: Progress) => readonly object[];
  columns: Columns;
  /** So many rows at most have parameters of their own where one run is written alone; absent = one. */
  mostWrittenOut?: number;
}

/** Rows of one table that a commit writes, beside the runs. */
export interface CommitPart<Progress> extends CommitRows<Progress> {
  /** The statement, given the name of its rows; `run` has the runs whose epoch held. */
  sql: (rows: string) => string;
}

/** Keeps a part's field names and its rows' type together. */
export function commitPart<Progress, Row extends object>({
  columns,
  ...part
}: Omit<CommitPart<Progress>, 'of' | 'columns'> & {
  of: (progress: Progress) => readonly Row[];
  /** PostgreSQL types by field. */
  columns: { readonly [Field in keyof Row & string]-?: ElementType };
}): CommitPart<Progress> {
  return { ...part, columns: defineColumns(columns, { isPlannedOnce: true }) };
}
