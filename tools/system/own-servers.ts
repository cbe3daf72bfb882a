import { runCommand } from '../process/command.ts';
import { compileCache } from '../process/compile-cache.ts';
import { findFreePort } from '../process/free-port.ts';
import { type PostgresServer, startPostgres } from '../servers/postgres.ts';
import type { Part } from '../process/process.ts';
import { isAlive } from '../process/process-identity.ts';
import { type RedisServer, startRedis } from '../servers/redis.ts';
import { join, resolve } from 'node:path';
import { freeze } from './freeze.ts';

export const PROJECT_ROOT = resolve(import.meta.dirname, '../..');

/** A server that a drill can end and restart with the same data and port. */
export interface OwnServer {
  /** Whether its process is running. */
  isAlive(): boolean;
  /** Ends the server; resolves when it is gone. Without a signal, it shuts down cleanly. */
  end(signal?: NodeJS.Signals): Promise<void>;
  /** Resolves when the server answers. Does nothing after `stop`. @throws StackError */
  start(): Promise<void>;
  /** Stops it as a hung disk does; absent for a cluster. @returns continues it */
  freeze?(): () => void;
}

/** A server of one process and its children. */
export interface FreezableServer extends OwnServer {
  /** Pid of the current or last process. */
  readonly pid: number;
  freeze(): () => void;
}

/** A migrated PostgreSQL (with fsync) and a Redis, for a drill or a bench alone. */
export interface OwnServers {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly postgresVersion: string;
  readonly postgres: FreezableServer;
  readonly redis: OwnServer;
  stop(): Promise<void>;
}

export interface OwnServersOptions {
  dataDir: string;
  /** Folder of downloaded programs; see `programFolder`. */
  programDir: string;
  /** PATH of the caller. */
  searchPath: string;
  /** Other data folders, e.g. on separate disks. */
  postgresDir?: string;
  redisDir?: string;
  /** Additional settings, e.g. `{ max_connections: '400' }`. */
  postgresSettings?: Readonly<Record<string, string>>;
  /** Folder of the code whose migrations run; default: this project. */
  root?: string;
}

/** @param dataDir value of AIO_DATA_DIR, relative to the project's root; default `.aio` */
export function programFolder(dataDir: string | undefined): string {
  return resolve(PROJECT_ROOT, dataDir || '.aio');
}

/** @throws StackError if a server does not start */
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
    stop,
  };
}

/** Runs `npm run migrate` with the code in `root`. @throws StackError with its output */
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

/** @param first a server that already runs; without it, call `start` */
export function createOwnServer<Server extends Part>(start: () => Promise<Server>, first?: Server) {
  let last = first;
  let stopped = false;
  let starting: Promise<void> = Promise.resolve();
  const server: FreezableServer = {
    get pid() {
      return (last as Server).identity.pid;
    },
    isAlive: () => last !== undefined && isAlive(last.identity),
    async end(signal) {
      await (signal === undefined ? last?.stop() : last?.kill(signal));
    },
    freeze: () => freeze((last as Server).identity.pid),
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
    /** The current or last server. */
    last: () => last as Server,
    async close() {
      stopped = true;
      await starting.catch(() => {});
      await last?.stop();
    },
  };
}
