/** The table that says which migrations a database has. */

import type { Migration } from './migration-files.ts';
import type { Queryable } from './queryable.ts';

export interface AppliedMigration {
  version: number;
  name: string;
  checksum: string;
  /** See `Migration`; null = written by code that did not know of it. */
  worksFrom: number | null;
}

/** Makes the table if it is not there. */
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
  // Of a database that was made before there was this column; asked first, since it locks the table.
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

/** Says that it was applied. */
export async function record(db: Queryable, migration: Migration): Promise<void> {
  const { version, name, checksum, worksFrom } = migration;
  await db.query({
    name: 'record-migration',
    text: 'insert into migrations (version, name, checksum, works_from) values ($1, $2, $3, $4)',
    values: [version, name, checksum, worksFrom],
  });
}

/** All that were applied, in order. */
export async function readApplied(db: Queryable): Promise<AppliedMigration[]> {
  const table = await db.query({
    name: 'find-migrations',
    text: `select to_regclass('migrations') is not null as exists`,
  });
  if (!table.rows[0].exists) return [];
  const { rows } = await db.query({
    name: 'read-migrations',
    // By way of JSON, so that a table without the column can be read too.
    text: `select version, name, checksum,
             (to_jsonb(migrations)->>'works_from')::integer as "worksFrom"
           from migrations order by version`,
  });
  return rows;
}
