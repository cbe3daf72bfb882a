import type { Queryable } from '@aio/platform/queryable';

/**
 * Of each B-tree, how many pages a search passes above its leaf: the logarithm of its size, to the base of some 200. With
 * a hundred times as many rows it is one more at most. These pages are few, and stay in memory.
 */
export interface Levels {
  of(index: string): number;
  /** Of all indexes that each new row of the table, or of the partition, goes into. Partial ones are left out. */
  ofRowIn(table: string): number;
}

export async function readLevels(db: Queryable): Promise<Levels> {
  await db.query({
    name: 'inspect',
    text: 'create extension if not exists pageinspect',
    prepare: false,
  });
  const { rows } = await db.query({
    name: 'read-levels',
    text: `
      select c.relname as index, t.relname as table, i.indpred is not null as "isPartial",
        (bt_metap(c.oid::regclass::text)).fastlevel::int as level
      from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
        join pg_am a on a.oid = c.relam
      where a.amname = 'btree' and c.relkind = 'i' and c.relnamespace = current_schema()::regnamespace`,
    prepare: false,
  });
  const ofIndex = new Map<string, number>();
  const ofTable = new Map<string, number>();
  for (const { index, table, isPartial, level } of rows) {
    ofIndex.set(index, level);
    if (!isPartial) ofTable.set(table, (ofTable.get(table) ?? 0) + level);
  }
  return { of: (index) => ofIndex.get(index) ?? 0, ofRowIn: (table) => ofTable.get(table) ?? 0 };
}
