import type { Migration } from '../postgres/migration-files.ts';
import type { Queryable } from '../postgres/queryable.ts';

interface IndexParts {
  /** Concurrent statements to run outside a transaction. */
  parts: { index: string; sql: string }[];
  /** The statement that joins the parts into one index, in a transaction; null = there is only one part. */
  whole: string | null;
}

const CREATE_ON = /(\bindex\s+)concurrently\s+(if\s+not\s+exists\s+)\w+(\s+on\s+)\w+/i;

/**
 * The statements of a migration that builds or drops an index concurrently. PostgreSQL can do neither on a
 * partitioned table. It can build an index on each partition, and an index of the table then adopts them. Dropping
 * takes no time, so it needs no `concurrently`.
 */
export async function indexByPartitions(
  db: Queryable,
  { sql, index, indexedTable }: Migration,
): Promise<IndexParts> {
  const { rows } = await db.query({
    name: 'find-indexed-partitions',
    text: `
      select coalesce(array_agg(p.relname::text order by p.relname), '{}') as partitions,
        exists (select from pg_class where oid = to_regclass($2) and relkind = 'I') as is_of_partitions
      from pg_inherits i join pg_class p on p.oid = i.inhrelid
      where i.inhparent = to_regclass($1)`,
    values: [indexedTable, index],
  });
  const { partitions, is_of_partitions: isOfPartitions } = rows[0] as {
    partitions: string[];
    is_of_partitions: boolean;
  };
  const whole = sql.replace(/(\bindex\s+)concurrently\s+/i, '$1');
  if (indexedTable === null && isOfPartitions) return { parts: [], whole };
  if (partitions.length === 0) return { parts: [{ index: index!, sql }], whole: null };
  return {
    parts: partitions.map((partition) => {
      const name = `${partition}_${index}`;
      return { index: name, sql: sql.replace(CREATE_ON, `$1concurrently $2${name}$3${partition}`) };
    }),
    whole,
  };
}
