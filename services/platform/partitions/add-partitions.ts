import { dayOf, earliestIdOf } from '../queries/id-times.ts';
import type { Pool } from '../postgres/pool.ts';
import type { Queryable } from '../postgres/queryable.ts';
import { inTransaction } from '../postgres/transaction.ts';
import {
  horizonOf,
  PARTITIONED_TABLES,
  type PartitionedTable,
  readPartitions,
} from './read-partitions.ts';

export const DAY_MS = 86_400_000;
/** If you keep everything, that makes four partitions per year. */
const WIDEST_MS = 90 * DAY_MS;
/** Key of the advisory lock to add and remove partitions: "aiop" in ASCII. */
const LOCK_KEY = 0x61_69_6f_70;

/**
 * The width of a partition in milliseconds: a quarter of the retention, in whole days. So about six exist at a time,
 * and AIO keeps runs at most a quarter longer. More partitions would cost time, because statements lock all of them.
 * @param keepMs retention; null = for ever
 */
export function widthOf(keepMs: number | null): number {
  if (keepMs === null) return WIDEST_MS;
  return Math.min(WIDEST_MS, Math.max(1, Math.floor(keepMs / 4 / DAY_MS)) * DAY_MS);
}

/**
 * Calls `work` while no other process adds or removes partitions. The connection's open transaction only holds the
 * lock. Its statement is not prepared: a prepared one keeps its snapshot, for which `detach partition … finalize`
 * waits.
 * @returns false = another process has the lock
 */
export async function alone(pool: Pool, work: (db: Queryable) => Promise<void>): Promise<boolean> {
  return inTransaction(pool, async (db) => {
    const { rows } = await db.query({
      name: 'lock-partitions',
      text: `select pg_try_advisory_xact_lock(${LOCK_KEY}) as locked`,
      prepare: false,
    });
    if (rows[0].locked) await work(db);
    return rows[0].locked;
  });
}

/**
 * Adds partitions until they reach one width into the future. Readers and writers do not wait: it creates a table and
 * attaches it, which only blocks other attaches and detaches.
 * @returns names of the added partitions
 */
export async function addPartitions(pool: Pool, widthMs: number): Promise<string[]> {
  const added: string[] = [];
  await alone(pool, async (db) => {
    const { rows } = await db.query({ name: 'ask-the-time', text: 'select now() as now' });
    const now: Date = rows[0].now;
    let from = horizonOf(await readPartitions(db));
    while (from !== null && from.getTime() < now.getTime() + widthMs) {
      // After a year without any process, one partition covers the whole year.
      const to = new Date(Math.max(from.getTime(), startOfDay(now)) + widthMs);
      const name = dayOf(from);
      for (const table of PARTITIONED_TABLES) await addPartition(db, { table, name, from, to });
      added.push(name);
      from = to;
    }
  });
  return added;
}

function startOfDay(moment: Date): number {
  return Math.floor(moment.getTime() / DAY_MS) * DAY_MS;
}

/** Copies the storage settings of the previous partition, because the partitioned table has none. */
export async function addPartition(
  db: Queryable,
  part: { table: PartitionedTable; name: string; from: Date; to: Date },
): Promise<void> {
  const { table, name, from, to } = part;
  const { rows } = await db.query({
    name: 'read-storage-settings',
    text: `
      select array_to_string(p.reloptions, ', ') as settings
      from pg_inherits i join pg_class p on p.oid = i.inhrelid
      where i.inhparent = $1::regclass order by p.oid desc limit 1`,
    values: [table],
  });
  const settings: string | null = rows[0]?.settings ?? null;
  await db.query({
    name: 'add-partition',
    text: `
      create table ${table}_${name} (like ${table} including all)${settings ? ` with (${settings})` : ''};
      alter table ${table} attach partition ${table}_${name}
        for values from ('${earliestIdOf(from)}') to ('${earliestIdOf(to)}')`,
    prepare: false,
  });
}
