import { sqlStateOf } from '../postgres/database-error.ts';
import type { Pool } from '../postgres/pool.ts';
import { timeOfId } from '../queries/id-times.ts';
import type { Queryable } from '../postgres/queryable.ts';
import { alone } from './add-partitions.ts';
import {
  PARTITIONED_TABLES,
  type PartitionedTable,
  type PartitionSet,
  type PartitionState,
  readPartitions,
} from './read-partitions.ts';

/** Why a set still exists that is older than the retention. */
export type Held = 'open_runs' | 'in_use' | 'not_archived';

export interface Removal {
  /** Names of the dropped sets. */
  removed: string[];
  held: Map<Held, number>;
}

/** Called with detached tables before they are dropped. If it throws, they stay. */
export type Archive = (set: string, tables: readonly string[]) => Promise<void>;

const QUERY_CANCELED = '57014';
/** Runs first: without them, their remaining rows are invisible. */
const LEAVING_ORDER = PARTITIONED_TABLES.toSorted(
  (a, b) => Number(b === 'runs') - Number(a === 'runs'),
);
const ROWS_AT_ONCE = 10_000;

/**
 * Drops sets of partitions older than `keepMs`, one at a time. It detaches a set once all its runs have ended, and
 * drops the detached tables once they are archived. It continues an interrupted call.
 * @returns null = another process has the lock
 */
export async function removePartitions(
  pool: Pool,
  { keepMs, archive }: { keepMs: number; archive: Archive },
): Promise<Removal | null> {
  const removed: string[] = [];
  const held = new Map<Held, number>();
  const isAlone = await alone(pool, async () => {
    const { rows } = await pool.query({ name: 'ask-the-time', text: 'select now() as now' });
    const keptFrom = rows[0].now.getTime() - keepMs;
    for (const set of await readPartitions(pool)) {
      if (set.to !== null && timeOfId(set.to).getTime() > keptFrom) continue;
      const reason = await removeSet(pool, set, archive);
      if (reason === null) removed.push(set.name);
      else held.set(reason, (held.get(reason) ?? 0) + 1);
    }
  });
  return isAlone ? { removed, held } : null;
}

/** @returns why the set stays; null = it is dropped */
async function removeSet(pool: Pool, set: PartitionSet, archive: Archive): Promise<Held | null> {
  if (set.to !== null && (await hasOpenRuns(pool, set.name))) return 'open_runs';
  for (const table of LEAVING_ORDER) {
    const state = set.tables.get(table);
    if (state && !(await detach(pool, table, set.name, state))) return 'in_use';
  }
  await takeAlong(pool, set);
  const tables = [...set.tables.keys(), 'approvals'].map((table) => `${table}_${set.name}`);
  try {
    await archive(set.name, tables);
  } catch {
    return 'not_archived';
  }
  await pool.query({
    name: 'drop-partitions',
    text: `drop table if exists ${tables.join(', ')}`,
    prepare: false,
  });
  return null;
}

/** Whether a run has not ended, or a parent does not yet know the end of a run. */
async function hasOpenRuns(db: Queryable, name: string): Promise<boolean> {
  const { rows } = await db.query({
    name: 'find-open-runs',
    text: `
      select exists (select from runs_${name} where finished_at is null) or exists (
        select from runs_${name} where parent_run_id is not null and finished_at is not null and not parent_told
      ) as found`,
    prepare: false,
  });
  return rows[0].found;
}

/**
 * Waits for statements that read the partition; none waits for it.
 * @returns false = a long statement blocks it; new ones no longer see the partition, and the next call continues
 */
async function detach(
  pool: Pool,
  table: PartitionedTable,
  name: string,
  state: PartitionState,
): Promise<boolean> {
  if (state === 'apart') return true;
  try {
    await pool.query({
      name: 'detach-partition',
      text: `alter table ${table} detach partition ${table}_${name} ${state === 'leaving' ? 'finalize' : 'concurrently'}`,
      prepare: false,
    });
    return true;
  } catch (error) {
    if (sqlStateOf(error) === QUERY_CANCELED) return false;
    throw error;
  }
}

/**
 * Moves approvals of its runs into a table of the set. Deletes rows of other tables, which mean nothing without a
 * run.
 */
async function takeAlong(db: Queryable, { name }: PartitionSet): Promise<void> {
  await db.query({
    name: 'make-room-for-approvals',
    text: `create table if not exists approvals_${name} (like approvals)`,
    prepare: false,
  });
  const oldOf = (table: string) => `
    delete from ${table} where ctid = any(array(
      select o.ctid from ${table} o join runs_${name} r on r.id = o.run_id limit ${ROWS_AT_ONCE}
    ))`;
  await untilNone(
    db,
    `with moved as (${oldOf('approvals')} returning *)
    insert into approvals_${name} select * from moved`,
  );
  for (const table of ['run_messages', 'event_waits']) await untilNone(db, oldOf(table));
}

async function untilNone(db: Queryable, text: string): Promise<void> {
  for (let rows = ROWS_AT_ONCE; rows === ROWS_AT_ONCE;) {
    const { rowCount } = await db.query({ name: 'take-along', text, prepare: false });
    rows = rowCount ?? 0;
  }
}
