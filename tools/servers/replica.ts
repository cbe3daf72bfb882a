import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../process/command.ts';
import { findReachableFolder } from './postgres-home.ts';
import { type PostgresOptions, type PostgresServer, startPostgres } from './postgres.ts';
import { findUnprivilegedUser } from './system-user.ts';

export interface ReplicatedOptions extends PostgresOptions {
  replicaPort: number;
}

/** A primary and its streaming replica. You can stop and start each. */
export interface Replicated {
  readonly primary: PostgresServer;
  readonly replica: PostgresServer;
  startPrimary(): Promise<PostgresServer>;
  startReplica(): Promise<PostgresServer>;
}

/**
 * Starts both on loopback. The replica starts as a copy of the stopped primary's folder, because npm's packages lack
 * pg_basebackup.
 */
export async function startReplicated(options: ReplicatedOptions): Promise<Replicated> {
  const { replicaPort, ...primaryOptions } = options;
  const dataDir = join(options.dataDir, 'replica');
  mkdirSync(dataDir, { recursive: true });
  const primaryFolder = await makeCluster(primaryOptions);
  const user = findUnprivilegedUser();
  const folder = join(findReachableFolder(dataDir, user), 'postgres');
  await runCommand({
    purpose: 'copying the database folder',
    command: 'cp',
    args: ['-a', primaryFolder, folder],
    env: { PATH: '/usr/bin:/bin' },
    logFile: join(dataDir, 'logs/copy.log'),
  });
  writeFileSync(join(folder, 'standby.signal'), '');

  const startPrimary = () => startPostgres(withSettings(primaryOptions, { wal_keep_size: '1GB' }));
  const primary = await startPrimary();
  const { username, password } = new URL(primary.url);
  const startReplica = () =>
    startPostgres({
      ...withSettings(primaryOptions, {
        primary_conninfo: `host=127.0.0.1 port=${options.port} user=${username} password=${password}`,
        wal_retrieve_retry_interval: '200ms',
        synchronous_standby_names: '',
      }),
      dataDir,
      port: replicaPort,
    });
  return { primary, replica: await startReplica(), startPrimary, startReplica };
}

/** @returns the folder of a new cluster, whose server is stopped */
async function makeCluster(options: PostgresOptions): Promise<string> {
  // Without the settings, which may make it wait for a replica that does not exist yet.
  const server = await startPostgres({ ...options, settings: {} });
  await server.stop();
  return server.folder;
}

function withSettings<O extends PostgresOptions>(options: O, settings: Record<string, string>): O {
  return { ...options, settings: { ...options.settings, ...settings } };
}
