/** `npm run migrate`: migrates the database of DATABASE_DIRECT_URL, else of DATABASE_URL. */

import { AioError } from '@aio/core/errors';
import { databaseVariables, directUrlOf } from './settings/config.ts';
import { EnvironmentError, EXIT_CONFIG, readEnvironment } from './settings/environment.ts';
import { migrate } from './postgres/migrate.ts';
import { createPool } from './postgres/pool.ts';
import { limitStatementsOfRole } from './postgres/pooler.ts';

const QUERY_TIMEOUT_MS = 3_600_000;

try {
  // oxlint-disable-next-line no-restricted-properties -- this file is a main
  const config = readEnvironment(databaseVariables, process.env);
  const pool = createPool({
    databaseUrl: directUrlOf(config),
    max: 1,
    applicationName: 'aio-migrate',
    statementTimeoutMs: QUERY_TIMEOUT_MS,
    queryTimeoutMs: QUERY_TIMEOUT_MS,
  });
  try {
    const applied = await migrate(pool, {
      onBusy: (name) => console.log(`${name}: a table is in use, trying again`),
      onWait: () =>
        console.log(
          'waiting for another process that migrates; see pg_stat_activity, application aio-migrate',
        ),
      onApplied: ({ name }) => console.log(`applied ${name}`),
    });
    if (applied.length === 0) console.log('the database is up to date');
    if (config.databasePooler !== 'none') await limitStatementsOfRole(pool);
  } finally {
    await pool.close();
  }
} catch (error) {
  if (!(error instanceof AioError)) throw error;
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  console.error(`${error.message}${cause}`);
  process.exitCode = error instanceof EnvironmentError ? EXIT_CONFIG : 1;
}
