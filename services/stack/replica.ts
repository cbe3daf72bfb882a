import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './command.ts';
import { findReachableFolder } from './postgres-home.ts';
import { type PostgresOptions, type PostgresServer, startPostgres } from './postgres.ts';
import { findUnprivilegedUser } from './system-user.ts';

export interface ReplicatedOptions extends PostgresOptions {
  replicaPort: number;
}

/** A primary and a streaming replica of it, each of which can be ended and started again. */
export interface Replicated {
  readonly primary: PostgresServer;
  readonly replica: PostgresServer;
  startPrimary(): Promise<PostgresServer>;
  startReplica(): Promise<PostgresServer>;
}

/**
 * Starts both on loopback. The replica begins as a copy of the primary's folder, made while that is stopped: a base
 * backup without the programs of PostgreSQL's client, which npm's packages lack.
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

/** @returns its folder; the server is stopped */
async function makeCluster(options: PostgresOptions): Promise<string> {
  // None of its settings: it may be to wait for a replica that is not there yet.
  const server = await startPostgres({ ...options, settings: {} });
  await server.stop();
  return server.folder;
}

function withSettings<O extends PostgresOptions>(options: O, settings: Record<string, string>): O {
  return { ...options, settings: { ...options.settings, ...settings } };
}
