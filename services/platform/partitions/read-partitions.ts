import { timeOfId } from '../queries/id-times.ts';
import type { Queryable } from '../postgres/queryable.ts';

/** The partitioned tables, and the column by which they are partitioned: the id of a run. */
export const PARTITIONED = {
  runs: 'id',
  steps: 'run_id',
  step_attempts: 'run_id',
  step_logs: 'run_id',
  run_texts: 'run_id',
} as const;

export type PartitionedTable = keyof typeof PARTITIONED;
export const PARTITIONED_TABLES = Object.keys(PARTITIONED) as PartitionedTable[];

/** The partitions of all tables for one range of time. */
export interface PartitionSet {
  /** The suffix of its table names: its first day, as in `runs_20261231`, or `first`. */
  name: string;
  /** The first id after it; null = its table of runs is no longer a partition. */
  to: string | null;
  /** The state of its tables, by partitioned table. */
  tables: Map<PartitionedTable, PartitionState>;
}

/** `leaving` = new statements no longer see it, but older ones may still read it; `apart` = a separate table. */
export type PartitionState = 'attached' | 'leaving' | 'apart';

/** The set that the first migrations made: it ends a week after them. */
export const FIRST_PARTITION = 'first';

const NAME = new RegExp(`^(${PARTITIONED_TABLES.join('|')})_(${FIRST_PARTITION}|\\d{8})$`);

/** All sets, the oldest first. */
export async function readPartitions(db: Queryable): Promise<PartitionSet[]> {
  const { rows } = await db.query({
    name: 'read-partitions',
    text: `
      select p.relname as name,
        case when i.inhrelid is null then 'apart' when i.inhdetachpending then 'leaving' else 'attached' end as state,
        (regexp_match(pg_get_expr(p.relpartbound, p.oid), 'TO \\(''([0-9a-f-]+)''\\)'))[1] as "to"
      from pg_class p left join pg_inherits i on i.inhrelid = p.oid
      where p.relkind = 'r' and p.relnamespace = current_schema()::regnamespace and p.relname ~ $1`,
    values: [NAME.source],
  });
  const sets = new Map<string, PartitionSet>();
  for (const row of rows as { name: string; state: PartitionState; to: string | null }[]) {
    const [, table, name] = NAME.exec(row.name) as unknown as [string, PartitionedTable, string];
    const set = sets.get(name) ?? { name, to: null, tables: new Map() };
    sets.set(name, set);
    set.tables.set(table, row.state);
    if (table === 'runs' && row.state === 'attached') set.to = row.to;
  }
  const place = ({ name }: PartitionSet) => (name === FIRST_PARTITION ? '' : name);
  return [...sets.values()].toSorted((a, b) => (place(a) < place(b) ? -1 : 1));
}

/** The end of the last partition; null = there are none. */
export function horizonOf(sets: readonly PartitionSet[]): Date | null {
  const last = sets.findLast(({ to }) => to !== null);
  return last ? timeOfId(last.to!) : null;
}
