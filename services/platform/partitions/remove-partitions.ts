import { sqlStateOf } from '../database-error.ts';
import type { Pool } from '../pool.ts';
import { timeOfId } from '../queries/id-times.ts';
import type { Queryable } from '../queryable.ts';
import { alone } from './add-partitions.ts';
import {
  PARTITIONED_TABLES,
  type PartitionedTable,
  type PartitionSet,
  type PartitionState,
  readPartitions,
} from './read-partitions.ts';

/** Why a set that is older than what is kept is still there. */
export type Held = 'open_runs' | 'in_use' | 'not_archived';

export interface Removal {
  /** Names of the sets that are gone. */
  removed: string[];
  held: Map<Held, number>;
}

/** Gets what is about to be dropped; the tables are nobody else's any more. If it throws, they stay. */
export type Archive = (set: string, tables: readonly string[]) => Promise<void>;

const QUERY_CANCELED = '57014';
/** Runs go first: what is left of them is then out of sight. */
const LEAVING_ORDER = PARTITIONED_TABLES.toSorted(
  (a, b) => Number(b === 'runs') - Number(a === 'runs'),
);
const ROWS_AT_ONCE = 10_000;

/**
 * Drops what is older than `keepMs`, a set of partitions at a time. A set leaves when all its runs have ended, and its
 * tables stay apart until they are archived. It begins where an earlier call was broken off.
 * @returns null = another process is at it
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

/** @returns why it stays; null = it is gone */
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

/** Some have not ended, or a parent does not know the end of one. */
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
 * Waits for the statements that read the partition, and makes none wait.
 * @returns false = a long one is in the way: new ones do not see the partition any more, and the next call goes on
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

/** What other tables have of its runs: approvals go into a table of the set, the rest says nothing without its run. */
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
  for (const table of ['run_messages', 'event_waits', 'chunks']) await untilNone(db, oldOf(table));
}

async function untilNone(db: Queryable, text: string): Promise<void> {
  for (let rows = ROWS_AT_ONCE; rows === ROWS_AT_ONCE;) {
    const { rowCount } = await db.query({ name: 'take-along', text, prepare: false });
    rows = rowCount ?? 0;
  }
}
