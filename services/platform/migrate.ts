import { AioError } from '@aio/core/errors';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { Pool } from './pool.ts';
import type { Queryable } from './queryable.ts';
import { inTransaction } from './transaction.ts';

export interface Migration {
  version: number;
  /** File name, e.g. `0001_foundation.sql`. */
  name: string;
  checksum: string;
  sql: string;
}

interface Applied {
  version: number;
  name: string;
  checksum: string;
}

const FOLDER = new URL('./migrations/', import.meta.url);
const FILE_NAME = /^(\d{4})_[a-z0-9_]+\.sql$/;

/** Key of the advisory lock under which migrations run: "aio" in ASCII. */
const LOCK_KEY = 0x61_69_6f;

/** The migrations that this code knows, in order. Throws when their numbers have a gap. */
export async function readMigrations(folder: URL = FOLDER): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name, index) => {
      const version = Number(FILE_NAME.exec(name)?.[1]);
      if (version !== index + 1) {
        throw new AioError(
          'bad_migrations',
          `Migration ${name} stands where number ${String(index + 1).padStart(4, '0')} is expected.`,
        );
      }
      const sql = await readFile(new URL(name, folder), 'utf8');
      return { version, name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

/**
 * Brings the database to the newest version, a transaction for each migration, and returns those
 * that were applied. Processes that start at once wait for each other.
 * @throws AioError `schema_mismatch` when an applied file has changed or the database is newer
 */
export async function migrate(pool: Pool, migrations?: readonly Migration[]): Promise<Migration[]> {
  const known = migrations ?? (await readMigrations());
  const done: Migration[] = [];
  for (;;) {
    const next = await inTransaction(pool, (db) => applyNext(db, known));
    if (!next) return done;
    done.push(next);
  }
}

/**
 * Resolves when the database has exactly the schema of this code.
 * @throws AioError `schema_mismatch` with one line that says what to do
 */
export async function requireMigrated(pool: Pool): Promise<void> {
  const known = await readMigrations();
  const applied = await readApplied(pool);
  checkApplied(known, applied);
  if (applied.length < known.length) {
    throw mismatch(
      `The database has ${applied.length} of ${known.length} migrations: run "npm run migrate".`,
    );
  }
}

async function applyNext(db: Queryable, known: readonly Migration[]): Promise<Migration | null> {
  // Held until the end of the transaction, hence good through PgBouncer too.
  await db.query({
    name: 'lock-migrations',
    text: 'select pg_advisory_xact_lock($1)',
    values: [LOCK_KEY],
  });
  await db.query({
    name: 'create-migrations',
    text: `
      create table if not exists migrations (
        version     integer primary key,
        name        text not null,
        checksum    text not null,
        applied_at  timestamptz not null default now()
      )`,
  });
  const applied = await readApplied(db);
  checkApplied(known, applied);
  const next = known[applied.length];
  if (!next) return null;
  // A migration may take longer than a query may.
  await db.query({ name: 'lift-timeout', text: 'set local statement_timeout = 0' });
  await db.query({ name: 'apply-migration', text: next.sql, prepare: false });
  await db.query({
    name: 'record-migration',
    text: 'insert into migrations (version, name, checksum) values ($1, $2, $3)',
    values: [next.version, next.name, next.checksum],
  });
  return next;
}

async function readApplied(db: Queryable): Promise<Applied[]> {
  const table = await db.query({
    name: 'find-migrations',
    text: `select to_regclass('migrations') is not null as exists`,
  });
  if (!table.rows[0].exists) return [];
  const { rows } = await db.query({
    name: 'read-migrations',
    text: 'select version, name, checksum from migrations order by version',
  });
  return rows;
}

function checkApplied(known: readonly Migration[], applied: readonly Applied[]): void {
  for (const [index, { version, name, checksum }] of applied.entries()) {
    const migration = known[index];
    if (!migration) {
      throw mismatch(
        `The database is newer than this code: it has migration ${version} (${name}), the code ends at ${known.length}.`,
      );
    }
    if (migration.checksum !== checksum) {
      throw mismatch(
        `Migration ${migration.name} was changed after it was applied: restore the file, and write a new migration.`,
      );
    }
  }
}

function mismatch(message: string): AioError {
  return new AioError('schema_mismatch', message);
}
