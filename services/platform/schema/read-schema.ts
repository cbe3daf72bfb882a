import type { Queryable } from '../postgres/queryable.ts';

/** A table of the server's catalogue. */
export interface Table {
  name: string;
  /** The partition key, e.g. `RANGE (id)`; null = not partitioned. */
  partitionedBy: string | null;
  columns: Column[];
  /** Columns of the primary key, in order. */
  key: string[];
  /** Foreign keys. */
  references: Reference[];
  /** Definitions of indexes, without those of constraints. */
  indexes: string[];
  /** Definitions of check and unique constraints. */
  constraints: string[];
}

export interface Column {
  name: string;
  type: string;
  nullable: boolean;
  /** As SQL; null = none. */
  default: string | null;
}

export interface Reference {
  columns: string[];
  table: string;
}

/** Tables of the current schema, sorted by name, without partitions. */
export async function readSchema(db: Queryable): Promise<Table[]> {
  const { rows } = await db.query({
    name: 'read-schema',
    text: `
      select t.relname as name, pg_get_partkeydef(t.oid) as "partitionedBy",
        (select json_agg(json_build_object(
            'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'nullable', not a.attnotnull,
            'default', pg_get_expr(d.adbin, d.adrelid)
          ) order by a.attnum)
          from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
          where a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped) as columns,
        coalesce((select array_agg(a.attname::text order by k.place)
          from pg_constraint c, unnest(c.conkey) with ordinality k (attnum, place)
            join pg_attribute a on a.attnum = k.attnum
          where c.conrelid = t.oid and c.contype = 'p' and a.attrelid = t.oid), '{}') as key,
        coalesce((select json_agg(json_build_object(
            'table', c.confrelid::regclass::text,
            'columns', array(select attname from unnest(c.conkey) with ordinality k (attnum, place)
              join pg_attribute a on a.attrelid = t.oid and a.attnum = k.attnum order by place)
          ) order by c.conname)
          from pg_constraint c where c.conrelid = t.oid and c.contype = 'f'), '[]') as references,
        array(select pg_get_indexdef(i.indexrelid) from pg_index i
          where i.indrelid = t.oid
            and not exists (select from pg_constraint c where c.conindid = i.indexrelid and c.contype in ('p', 'u'))
          order by i.indexrelid::regclass::text) as indexes,
        array(select pg_get_constraintdef(c.oid) from pg_constraint c
          where c.conrelid = t.oid and c.contype in ('c', 'u') order by c.conname) as constraints
      from pg_class t
      where t.relkind in ('r', 'p') and not t.relispartition and t.relnamespace = current_schema()::regnamespace
      order by t.relname`,
  });
  return rows;
}
