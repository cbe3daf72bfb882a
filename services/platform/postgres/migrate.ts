import { AioError } from '@aio/core/errors';
import { setTimeout as sleep } from 'node:timers/promises';
import { sqlStateOf } from './database-error.ts';
import { type Migration, readMigrations } from './migration-files.ts';
import {
  type AppliedMigration,
  createTable,
  isApplied,
  readApplied,
  record,
} from './migrations-table.ts';
import type { Pool } from './pool.ts';
import type { Queryable } from './queryable.ts';
import { inTransaction } from './transaction.ts';

export interface MigrateOptions {
  /** Default: the migrations of this code. */
  migrations?: readonly Migration[];
  /** Called when a table stays locked, before the migration waits and tries again. */
  onBusy?: (migration: string, error: Error) => void;
  /** Called once if another process migrates, before this one waits for it. */
  onWait?: () => void;
  /** Called after each migration. If a later one fails, this one stays applied. */
  onApplied?: (migration: Migration) => void;
  lock?: LockPatience;
}

/** How a migration gets its locks while other processes work. */
interface LockPatience {
  /** The longest wait for a table: meanwhile, all other statements on it queue behind the migration. */
  waitMs: number;
  pauseMs: number;
  tries: number;
}

/** Key of the advisory lock under which migrations run: "aio" in ASCII. */
const LOCK_KEY = 0x61_69_6f;
const LOOK_AGAIN_MS = 100;
const LOCK_NOT_AVAILABLE = '55P03';
const PATIENCE: LockPatience = { waitMs: 1000, pauseMs: 2000, tries: 30 };

/**
 * Applies all missing migrations, each in its own transaction. Processes that migrate at the same time wait for each
 * other.
 * @returns the migrations that this call applied
 * @throws AioError `schema_mismatch` if an applied file has changed or the database is too new; `table_in_use` if a
 *   table stayed locked
 */
export async function migrate(pool: Pool, options: MigrateOptions = {}): Promise<Migration[]> {
  const known = options.migrations ?? (await readMigrations());
  const done: Migration[] = [];
  let waits = false;
  for (;;) {
    const next = await findNext(pool, known);
    if (next === null) return done;
    const applied =
      next.index !== null
        ? await applyConcurrently(pool, next, options)
        : await patiently(pool, next, options, (db) => apply(db, next, next.sql));
    if (applied) {
      done.push(next);
      options.onApplied?.(next);
      continue;
    }
    // Another process migrates.
    if (!waits) options.onWait?.();
    waits = true;
    await sleep(LOOK_AGAIN_MS);
  }
}

/**
 * Resolves if the database has the schema of this code, or a newer one that works with this code.
 * @throws AioError `schema_mismatch` that says what to do
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

/** The next migration; null = the database is up to date. */
async function findNext(db: Queryable, known: readonly Migration[]): Promise<Migration | null> {
  const applied = await readApplied(db);
  checkApplied(known, applied);
  return known[applied.length] ?? null;
}

/**
 * Calls `work` in a transaction under the migration lock, with a short lock timeout and retries.
 * @returns the result of `work`; false = another process migrates
 */
async function patiently(
  pool: Pool,
  next: Migration,
  { onBusy, lock = PATIENCE }: MigrateOptions,
  work: (db: Queryable) => Promise<boolean>,
): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await inTransaction(pool, async (db) => {
        // A transaction lock, so it works through PgBouncer. `try`, because a concurrent index build waits for
        // every open transaction, also for one that waits for this lock.
        if (!(await holds(db, 'pg_try_advisory_xact_lock'))) return false;
        // A migration may take longer than a query.
        await db.query({ name: 'lift-timeout', text: 'set local statement_timeout = 0' });
        await db.query({
          name: 'limit-locks',
          text: `set local lock_timeout = ${lock.waitMs}`,
          prepare: false,
        });
        await createTable(db);
        return work(db);
      });
    } catch (error) {
      if (sqlStateOf(error) !== LOCK_NOT_AVAILABLE) throw error;
      if (attempt === lock.tries)
        throw new AioError(
          'table_in_use',
          `Migration ${next.name} did not get its locks in ${lock.tries} tries: end the transaction that blocks it (pg_stat_activity, oldest xact_start), and migrate again.`,
          { cause: error },
        );
      onBusy?.(next.name, error as Error);
      await sleep(lock.pauseMs);
    }
  }
}

/** @returns false = another process has applied it */
async function apply(db: Queryable, next: Migration, sql: string): Promise<boolean> {
  if (await isApplied(db, next)) return false;
  await db.query({ name: 'apply-migration', text: sql, prepare: false });
  await record(db, next);
  return true;
}

/**
 * Needs a session of PostgreSQL, because lock and timeout outlive a transaction.
 */
async function applyConcurrently(
  pool: Pool,
  next: Migration,
  options: MigrateOptions,
): Promise<boolean> {
  if (!(await patiently(pool, next, options, async () => true))) return false;
  return outsideTransaction(pool, async (db) => {
    if (await isApplied(db, next)) return false;
    await dropUnfinished(db, next.index!);
    await db.query({ name: 'apply-migration', text: next.sql, prepare: false });
    await record(db, next);
    return true;
  });
}

/** @returns the result of `work`; false = another process migrates */
async function outsideTransaction(
  pool: Pool,
  work: (db: Queryable) => Promise<boolean>,
): Promise<boolean> {
  const connection = await pool.connect();
  let isClean = true;
  try {
    if (!(await holds(connection, 'pg_try_advisory_lock'))) return false;
    isClean = false;
    try {
      await connection.query({ name: 'lift-timeout-long', text: 'set statement_timeout = 0' });
      return await work(connection);
    } finally {
      isClean = await cleanUp(connection);
    }
  } finally {
    // If the cleanup failed, closing the connection frees the lock.
    connection.release(!isClean);
  }
}

/** Never throws, so that the caller reports the original error. @returns false = it failed */
async function cleanUp(connection: Queryable): Promise<boolean> {
  try {
    await connection.query({ name: 'restore-timeout', text: 'reset statement_timeout' });
    await connection.query({
      name: 'unlock-migrations',
      text: 'select pg_advisory_unlock($1)',
      values: [LOCK_KEY],
    });
    return true;
  } catch {
    return false;
  }
}

/** Drops the invalid index of an interrupted build, which slows down writes and serves no query. */
async function dropUnfinished(db: Queryable, index: string): Promise<void> {
  const { rows } = await db.query({
    name: 'find-unfinished-index',
    text: `select 1 from pg_index where indexrelid = to_regclass($1) and not indisvalid`,
    values: [index],
  });
  if (rows.length === 0) return;
  await db.query({
    name: 'drop-unfinished-index',
    text: `drop index concurrently ${index}`,
    prepare: false,
  });
}

async function holds(
  db: Queryable,
  lock: 'pg_try_advisory_lock' | 'pg_try_advisory_xact_lock',
): Promise<boolean> {
  const { rows } = await db.query({
    name: 'lock-migrations',
    variant: lock,
    text: `select ${lock}($1) as locked`,
    values: [LOCK_KEY],
  });
  return rows[0].locked;
}

function checkApplied(known: readonly Migration[], applied: readonly AppliedMigration[]): void {
  for (const [index, { version, name, checksum, worksFrom }] of applied.entries()) {
    const migration = known[index];
    if (!migration) {
      if (worksFrom <= known.length) continue;
      throw mismatch(
        `The database is too new for this code: it has migration ${version} (${name}), which works with code from ${worksFrom}; this code ends at ${known.length}. Start a newer release.`,
      );
    }
    if (migration.name !== name) {
      throw mismatch(
        `The database is of code that was never released: its migration ${version} is ${name}, but here it is ${migration.name}. No release migrates it. Dump what you need, then start with an empty database: see "Upgrade" in services/platform/operations.md.`,
      );
    }
    if (migration.checksum !== checksum) {
      throw mismatch(
        `Migration ${migration.name} has changed since it was applied: restore the file, and write a new migration.`,
      );
    }
  }
}

function mismatch(message: string): AioError {
  return new AioError('schema_mismatch', message);
}
