import type { Queryable } from '@aio/platform/queryable';

/**
 * Of each B-tree, by its name, how many pages a search passes above its leaf: the logarithm of its size, to the base of
 * some 200. With ten times as many rows it is one more at most. These pages are few, and stay in memory.
 */
export type Levels = ReadonlyMap<string, number>;

export async function readLevels(db: Queryable): Promise<Levels> {
  await db.query({
    name: 'inspect',
    text: 'create extension if not exists pageinspect',
    prepare: false,
  });
  const { rows } = await db.query({
    name: 'read-levels',
    text: `
      select c.relname as index, (bt_metap(c.oid::regclass::text)).fastlevel::int as level
      from pg_class c join pg_am a on a.oid = c.relam
      where a.amname = 'btree' and c.relkind = 'i' and c.relnamespace = current_schema()::regnamespace`,
    prepare: false,
  });
  return new Map(rows.map(({ index, level }) => [index as string, level as number]));
}
