import type { Queryable } from '@aio/platform/queryable';

/**
 * Pages above the leaf that a search reads, by B-tree: the logarithm of its size to a base of about 200. Ten times as
 * many rows add one level at most. These pages are few and stay in memory.
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
