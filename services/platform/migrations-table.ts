/** The table of applied migrations. */

import type { Migration } from './migration-files.ts';
import type { Queryable } from './queryable.ts';

export interface AppliedMigration {
  version: number;
  name: string;
  checksum: string;
  /** See `Migration`; null = recorded by code without this column. */
  worksFrom: number | null;
}

/** Creates the table if it is missing. */
export async function createTable(db: Queryable): Promise<void> {
  await db.query({
    name: 'create-migrations',
    text: `
      create table if not exists migrations (
        version     integer primary key,
        name        text not null,
        checksum    text not null,
        applied_at  timestamptz not null default now(),
        works_from  integer
      )`,
  });
  // Old databases lack this column. Look first, because `alter table` locks the table.
  const { rows } = await db.query({
    name: 'find-works-from',
    text: `select 1 from pg_attribute
           where attrelid = 'migrations'::regclass and attname = 'works_from'`,
  });
  if (rows.length === 0)
    await db.query({
      name: 'add-works-from',
      text: 'alter table migrations add column works_from integer',
    });
}

export async function isApplied(db: Queryable, { version }: Migration): Promise<boolean> {
  const { rows } = await db.query({
    name: 'find-migration',
    text: 'select 1 from migrations where version = $1',
    values: [version],
  });
  return rows.length > 0;
}

/** Records an applied migration. */
export async function record(db: Queryable, migration: Migration): Promise<void> {
  const { version, name, checksum, worksFrom } = migration;
  await db.query({
    name: 'record-migration',
    text: 'insert into migrations (version, name, checksum, works_from) values ($1, $2, $3, $4)',
    values: [version, name, checksum, worksFrom],
  });
}

/** All applied migrations, in order. */
export async function readApplied(db: Queryable): Promise<AppliedMigration[]> {
  const table = await db.query({
    name: 'find-migrations',
    text: `select to_regclass('migrations') is not null as exists`,
  });
  if (!table.rows[0].exists) return [];
  const { rows } = await db.query({
    name: 'read-migrations',
    // Via JSON, to read a table without the column, too.
    text: `select version, name, checksum,
             (to_jsonb(migrations)->>'works_from')::integer as "worksFrom"
           from migrations order by version`,
  });
  return rows;
}
