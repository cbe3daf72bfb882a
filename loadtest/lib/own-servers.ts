import { runCommand } from '@aio/stack/command';
import { compileCache } from '@aio/stack/compile-cache';
import { findFreePort } from '@aio/stack/free-port';
import { type PostgresServer, startPostgres } from '@aio/stack/postgres';
import type { Part } from '@aio/stack/process';
import { isAlive } from '@aio/stack/process-identity';
import { type RedisServer, startRedis } from '@aio/stack/redis';
import { join, resolve } from 'node:path';

export const PROJECT_ROOT = resolve(import.meta.dirname, '../..');

/** A server that can be taken away and brought back on the same data and port. */
export interface OwnServer {
  /** Whether its process is there; it may have ended by itself. */
  isAlive(): boolean;
  /** Resolves when it is gone. Its own way of an orderly end without a signal. */
  end(signal?: NodeJS.Signals): Promise<void>;
  /** Resolves when it answers. Does nothing after the servers' `stop`. @throws StackError */
  start(): Promise<void>;
}

/** A PostgreSQL (fsync on, migrated) and a Redis of one's own, to break or to measure on. */
export interface OwnServers {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly postgresVersion: string;
  readonly postgres: OwnServer;
  readonly redis: OwnServer;
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
  /** Other folders for their data, e.g. on disks of their own. */
  postgresDir?: string;
  redisDir?: string;
  /** More settings, e.g. `{ max_connections: '400' }`. */
  postgresSettings?: Readonly<Record<string, string>>;
  /** Folder of the code whose migrations are applied; default: this project's. */
  root?: string;
}

/** @param dataDir value of AIO_DATA_DIR, relative to the project's root; by default the project's */
export function programFolder(dataDir: string | undefined): string {
  return resolve(PROJECT_ROOT, dataDir || '.aio');
}

/** @throws StackError when one does not start */
export async function startOwnServers(options: OwnServersOptions): Promise<OwnServers> {
  const { dataDir, programDir, searchPath, postgresDir, redisDir, postgresSettings } = options;
  const root = options.root ?? PROJECT_ROOT;
  const [postgresPort, redisPort] = [await findFreePort(), await findFreePort()];
  const postgres = createOwnServer<PostgresServer>(() =>
    startPostgres({
      dataDir: postgresDir ?? dataDir,
      port: postgresPort,
      settings: postgresSettings ?? {},
    }),
  );
  const redis = createOwnServer<RedisServer>(() =>
    startRedis({ dataDir: redisDir ?? dataDir, programDir, searchPath, port: redisPort }),
  );
  const stop = async () => {
    await Promise.all([postgres.close(), redis.close()]);
  };
  try {
    await Promise.all([postgres.server.start(), redis.server.start()]);
    await migrate({ root, databaseUrl: postgres.last().url, searchPath, dataDir });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    databaseUrl: postgres.last().url,
    redisUrl: redis.last().url,
    postgresVersion: postgres.last().version,
    postgres: postgres.server,
    redis: redis.server,
    async restartPostgres(how) {
      await postgres.server.end(how === 'fast' ? undefined : 'SIGQUIT');
      await postgres.server.start();
    },
    stop,
  };
}

/** As `npm run migrate` in a folder of the code. @throws StackError with what it said */
export async function migrate(options: {
  root: string;
  databaseUrl: string;
  searchPath: string;
  dataDir: string;
  env?: Readonly<Record<string, string>>;
}): Promise<void> {
  await runCommand({
    purpose: 'migrating the database',
    command: process.execPath,
    args: [join(options.root, 'services/platform/migrate-main.ts')],
    env: {
      PATH: options.searchPath,
      DATABASE_URL: options.databaseUrl,
      ...options.env,
      ...compileCache(),
    },
    cwd: options.root,
    logFile: join(options.dataDir, 'logs/migrate.log'),
  });
}

/** @param first the one that runs already; absent = `start` starts it */
export function createOwnServer<Server extends Part>(start: () => Promise<Server>, first?: Server) {
  let last = first;
  let stopped = false;
  let starting: Promise<void> = Promise.resolve();
  const server: OwnServer = {
    isAlive: () => last !== undefined && isAlive(last.identity),
    async end(signal) {
      await (signal === undefined ? last?.stop() : last?.kill(signal));
    },
    start() {
      if (!stopped) {
        starting = start().then((started) => {
          last = started;
        });
      }
      return starting;
    },
  };
  return {
    server,
    /** Of the process that runs now or ran last. */
    last: () => last as Server,
    async close() {
      stopped = true;
      await starting.catch(() => {});
      await last?.stop();
    },
  };
}
