import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { findFreePort } from '../process/free-port.ts';
import { startPgBouncer } from '../servers/pgbouncer.ts';
import { eraseCluster } from '../servers/postgres-home.ts';
import { startPostgres } from '../servers/postgres.ts';
import type { Part } from '../process/process.ts';
import { startReplicated } from '../servers/replica.ts';
import { EXIT, StackError } from '../stack-error.ts';

const SETTINGS = ['direct', 'pgbouncer', 'replica'] as const;

/**
 * Starts the PostgreSQL of all tests. `AIO_TEST_DATABASE` says how API and workers reach it: `direct`, through
 * `pgbouncer` in transaction mode, or with a `replica` for lists and figures.
 * @returns variables for the tests
 * @throws StackError if the setting is unknown or a server does not start
 */
export async function startTestDatabase(options: {
  /** The folder of downloaded programs. */
  dataDir: string;
  testDir: string;
  env: NodeJS.ProcessEnv;
  onSpawn: (part: Part) => void;
  signal: AbortSignal;
}): Promise<Record<string, string>> {
  const { testDir, onSpawn, signal } = options;
  const setting = readSetting(options.env.AIO_TEST_DATABASE || 'direct');
  eraseCluster(testDir);
  // Without fsync: tests of crashes start their own servers.
  const server = { dataDir: testDir, port: await findFreePort(), fsync: false, onSpawn, signal };
  if (setting === 'replica') {
    eraseCluster(join(testDir, 'replica'));
    rmSync(join(testDir, 'replica'), { recursive: true, force: true });
    // A commit waits for the replica, so that lists have what a test wrote.
    const settings = { synchronous_standby_names: '*', synchronous_commit: 'remote_apply' };
    const replicaPort = await findFreePort();
    const { primary, replica } = await startReplicated({ ...server, settings, replicaPort });
    return { TEST_DATABASE_URL: primary.url, TEST_REPLICA_URL: replica.url };
  }
  const { url } = await startPostgres(server);
  if (setting === 'direct') return { TEST_DATABASE_URL: url };
  const bouncer = await startPgBouncer({
    dataDir: testDir,
    programDir: options.dataDir,
    port: await findFreePort(),
    searchPath: options.env.PATH ?? '',
    databaseUrl: url,
    // Each test has its own database, whose connections stay open for a while.
    settings: { default_pool_size: '5', server_idle_timeout: '2' },
    onSpawn,
    signal,
  });
  return { TEST_DATABASE_URL: url, TEST_POOLER_URL: bouncer.url };
}

function readSetting(given: string): (typeof SETTINGS)[number] {
  const setting = SETTINGS.find((one) => one === given);
  if (setting !== undefined) return setting;
  throw new StackError(`AIO_TEST_DATABASE=${given}: expected one of ${SETTINGS.join(', ')}`, {
    exitCode: EXIT.usage,
  });
}
