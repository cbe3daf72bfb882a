import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { findFreePort } from '../free-port.ts';
import { startPgBouncer } from '../pgbouncer.ts';
import { eraseCluster } from '../postgres-home.ts';
import { startPostgres } from '../postgres.ts';
import type { Part } from '../process.ts';
import { startReplicated } from '../replica.ts';
import { EXIT, StackError } from '../stack-error.ts';

const SETTINGS = ['direct', 'pgbouncer', 'replica'] as const;

/**
 * The PostgreSQL of all tests. `AIO_TEST_DATABASE` says by what API and workers reach it: `direct`, `pgbouncer` in
 * transaction mode, or `replica` for their lists and figures.
 * @returns variables for the tests
 * @throws StackError where the setting cannot be had
 */
export async function startTestDatabase(options: {
  /** Where downloaded programs are kept. */
  dataDir: string;
  testDir: string;
  env: NodeJS.ProcessEnv;
  onSpawn: (part: Part) => void;
  signal: AbortSignal;
}): Promise<Record<string, string>> {
  const { testDir, onSpawn, signal } = options;
  const setting = readSetting(options.env.AIO_TEST_DATABASE || 'direct');
  eraseCluster(testDir);
  // What must outlive a crash is tried on servers of its own.
  const server = { dataDir: testDir, port: await findFreePort(), fsync: false, onSpawn, signal };
  if (setting === 'replica') {
    eraseCluster(join(testDir, 'replica'));
    rmSync(join(testDir, 'replica'), { recursive: true, force: true });
    // A commit waits until the replica has it: what a test writes by itself is in the next list.
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
    // Each test has a database of its own, whose connections stay for a while.
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
