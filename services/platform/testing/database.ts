import { createHash, randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';
import { migrate } from '../postgres/migrate.ts';
import { readMigrations } from '../postgres/migration-files.ts';
import { createPool, type Pool } from '../postgres/pool.ts';
import { missingServer, TEST_DATABASE_URL } from './servers.ts';

export interface TestDatabase {
  url: string;
  pool: Pool;
  /** Name in PostgreSQL. */
  name: string;
}

/** Key of the advisory lock for creating the template. */
const LOCK_KEY = 0x61_69_6f_74;
/** A busy machine takes seconds to connect. */
const PATIENCE_MS = 120_000;

/**
 * A new migrated database with a pool. It is dropped after the test, even if there are connections. If the test failed,
 * the database is kept and its name printed.
 */
export async function createTestDatabase(t: TestContext): Promise<TestDatabase> {
  const admin = createAdminPool();
  const name = `aio_test_${randomBytes(6).toString('hex')}`;
  try {
    const template = await ensureTemplate(admin);
    // Half the work of the other strategy, if the server does not wait for its disk.
    await run(admin, `create database ${name} template ${template} strategy file_copy`);
  } finally {
    await admin.close();
  }
  const url = urlOf(name);
  const pool = createPool({
    databaseUrl: url,
    max: 8,
    applicationName: name,
    connectTimeoutMs: PATIENCE_MS,
  });
  let failed = false;
  // Also failures of subtests, which the test does not know yet when its hooks run.
  t.afterEach((each) => void (failed ||= !hasPassed(each)));
  t.after(async () => {
    await pool.close();
    if (!failed && hasPassed(t)) await dropDatabase(name);
    else t.diagnostic(`kept for inspection: database ${name}`);
  });
  return { url, pool, name };
}

/** Missing in the types of Node.js. */
function hasPassed(t: unknown): boolean {
  return (t as { passed: boolean }).passed;
}

function createAdminPool(): Pool {
  return createPool({
    databaseUrl: TEST_DATABASE_URL,
    max: 1,
    applicationName: 'aio-test-admin',
    // Many test files create their databases one after the other.
    statementTimeoutMs: PATIENCE_MS,
    queryTimeoutMs: PATIENCE_MS,
    connectTimeoutMs: PATIENCE_MS,
  });
}

/** Name of the template with the current migrations; the first caller creates it. */
async function ensureTemplate(admin: Pool): Promise<string> {
  const migrations = await readMigrations();
  const checksums = migrations.map((migration) => migration.checksum).join();
  const hash = createHash('sha256').update(checksums).digest('hex');
  const name = `aio_template_${hash.slice(0, 12)}`;
  const connection = await admin.connect().catch((error: unknown) => {
    throw missingServer('PostgreSQL', 'TEST_DATABASE_URL', TEST_DATABASE_URL, error);
  });
  try {
    await connection.query({
      name: 'lock-template',
      text: 'select pg_advisory_lock($1)',
      values: [LOCK_KEY],
    });
    const { rows } = await connection.query({
      name: 'find-template',
      text: 'select datistemplate as finished from pg_database where datname = $1',
      values: [name],
    });
    if (!rows[0]?.finished) {
      await run(connection, `drop database if exists ${name} with (force)`);
      await run(connection, `create database ${name}`);
      const pool = createPool({ databaseUrl: urlOf(name), max: 1, applicationName: name });
      await migrate(pool, { migrations }).finally(() => pool.close());
      // Marks it as finished. An unfinished one is created again.
      await run(connection, `alter database ${name} is_template true`);
    }
    await connection.query({
      name: 'unlock-template',
      text: 'select pg_advisory_unlock($1)',
      values: [LOCK_KEY],
    });
  } finally {
    connection.release();
  }
  return name;
}

async function dropDatabase(name: string): Promise<void> {
  const admin = createAdminPool();
  await run(admin, `drop database if exists ${name} with (force)`).finally(() => admin.close());
}

function run(db: Pick<Pool, 'query'>, text: string): Promise<unknown> {
  return db.query({ name: 'admin', text, prepare: false });
}

function urlOf(database: string): string {
  const url = new URL(TEST_DATABASE_URL);
  url.pathname = `/${database}`;
  return url.href;
}
