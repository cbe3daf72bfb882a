import { timeOfId } from '../queries/id-times.ts';
import type { Queryable } from '../queryable.ts';

/** The tables that grow with the runs, by the column whose ranges their partitions have: the id of a run. */
export const PARTITIONED = {
  runs: 'id',
  steps: 'run_id',
  step_attempts: 'run_id',
  step_logs: 'run_id',
  run_texts: 'run_id',
} as const;

export type PartitionedTable = keyof typeof PARTITIONED;
export const PARTITIONED_TABLES = Object.keys(PARTITIONED) as PartitionedTable[];

/** What the tables hold of the runs of a range of time. */
export interface PartitionSet {
  /** What the names of its tables end with: `first`, else the day that it begins with, as in `runs_20261231`. */
  name: string;
  /** The id that it ends before; null = its table of runs is not a partition any more. */
  to: string | null;
  /** Its tables by what each is a partition of. */
  tables: Map<PartitionedTable, PartitionState>;
}

/** `leaving` = new statements do not see it any more, and older ones may still read it; `apart` = a table of its own. */
export type PartitionState = 'attached' | 'leaving' | 'apart';

/** The set of what was there before there were partitions. */
export const FIRST_PARTITION = 'first';

const NAME = new RegExp(`^(${PARTITIONED_TABLES.join('|')})_(${FIRST_PARTITION}|\\d{8})$`);

/** By time, the oldest first. */
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

/** How far the partitions reach; null = there are none. */
export function horizonOf(sets: readonly PartitionSet[]): Date | null {
  const last = sets.findLast(({ to }) => to !== null);
  return last ? timeOfId(last.to!) : null;
}
