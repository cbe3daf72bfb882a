import { runCommand } from '@aio/stack/command';
import { findFreePort } from '@aio/stack/ports';
import { type PostgresServer, startPostgres } from '@aio/stack/postgres';
import { type RedisServer, startRedis } from '@aio/stack/redis';
import { join, resolve } from 'node:path';

const PROJECT_ROOT = resolve(import.meta.dirname, '../..');

/** A PostgreSQL (fsync on, migrated) and a Redis of one's own, to break or to measure on. */
export interface OwnServers {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly postgresVersion: string;
  /** Ends all connections at once and starts again with what was committed. */
  restartPostgres(how: 'fast' | 'immediate'): Promise<void>;
  stop(): Promise<void>;
}

export interface OwnServersOptions {
  dataDir: string;
  /** Where Redis is kept when it had to be downloaded; see `programFolder`. */
  programDir: string;
  /** PATH of the caller. */
  searchPath: string;
}

/** @param dataDir value of AIO_DATA_DIR, relative to the project's root; by default the project's */
export function programFolder(dataDir: string | undefined): string {
  return resolve(PROJECT_ROOT, dataDir || '.aio');
}

/** @throws StackError when one does not start */
export async function startOwnServers(options: OwnServersOptions): Promise<OwnServers> {
  const { dataDir, programDir, searchPath } = options;
  const postgresOptions = { dataDir, port: await findFreePort() };
  let postgres: PostgresServer | undefined;
  let redis: RedisServer | undefined;
  let restarted: Promise<void> = Promise.resolve();
  let stopped = false;
  const stop = async () => {
    stopped = true;
    await restarted.catch(() => {});
    await Promise.all([postgres?.stop(), redis?.stop()]);
  };
  try {
    postgres = await startPostgres(postgresOptions);
    redis = await startRedis({ dataDir, programDir, searchPath, port: await findFreePort() });
    await runCommand({
      purpose: 'migrating the database',
      command: process.execPath,
      args: [join(PROJECT_ROOT, 'services/platform/migrate-main.ts')],
      env: { PATH: searchPath, DATABASE_URL: postgres.url },
      cwd: PROJECT_ROOT,
      logFile: join(dataDir, 'logs/migrate.log'),
    });
  } catch (error) {
    await stop();
    throw error;
  }

  async function restart(how: 'fast' | 'immediate'): Promise<void> {
    await (how === 'fast' ? postgres?.stop() : postgres?.kill('SIGQUIT'));
    postgres = await startPostgres(postgresOptions);
  }

  return {
    databaseUrl: postgres.url,
    redisUrl: redis.url,
    postgresVersion: postgres.version,
    restartPostgres(how) {
      if (!stopped) restarted = restart(how);
      return restarted;
    },
    stop,
  };
}
