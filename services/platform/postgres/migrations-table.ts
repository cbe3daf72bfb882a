/** The table of applied migrations. */

import type { Migration } from './migration-files.ts';
import type { Queryable } from './queryable.ts';

export interface AppliedMigration {
  version: number;
  name: string;
  checksum: string;
  /** See `Migration`. */
  worksFrom: number;
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
    text: 'select * from migrations order by version',
    // Not prepared, because a table of unreleased code may have other columns.
    prepare: false,
  });
  return rows.map(({ works_from: worksFrom, ...row }) => ({ ...row, worksFrom }));
}
