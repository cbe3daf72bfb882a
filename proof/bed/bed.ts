import { startTcpPath, type TcpPath } from '@aio/platform/testing/tcp-path';
import { findFreePort } from '@aio/tools/process/free-port';
import { findProxy } from '@aio/tools/servers/proxy';
import { type RedisCluster, startRedisCluster } from '@aio/tools/servers/redis-cluster';
import { join } from 'node:path';
import { startAudit } from '../oracles/audit.ts';
import { openDatabase } from '@aio/tools/system/database';
import type { Definition } from '@aio/tools/system/definition';
import type { MemoryLimit } from '@aio/tools/system/memory-limit';
import { type AcceptedRun, judge, type Seen, type Verdict } from '../oracles/verdict.ts';
import {
  type OwnServers,
  type OwnServersOptions,
  startOwnServers,
} from '@aio/tools/system/own-servers';
import { startSystem, type SystemWorker } from '@aio/tools/system/system';
import { type Kill } from '../oracles/measure-waits.ts';
import { waitUntil } from '@aio/tools/system/wait-until';
import { skipDrill } from '../drills/kit/errors.ts';

/** Concurrent submissions of `submitMany`. More would measure how a new API compiles its code. */
const CLIENTS = 20;
/** Runs that are still open after this count as LOST. */
const SETTLE_WITHIN_MS = 60_000;

/** The proxy needs less time than this to notice that an API is not ready. */
const SHUTDOWN_DELAY_MS = '2500';

export interface BedOptions extends Partial<OwnServersOptions> {
  /** Default 2. */
  workers?: number;
  /** Default 1. */
  apis?: number;
  /** Puts the proxy in front of the APIs, as Compose does. */
  proxy?: true;
  /** Additional variables of all processes. LOG_LEVEL is `warn` by default. */
  env?: Readonly<Record<string, string>>;
  /** Additional variables by process (`api`, `worker-1` …), read at each start. */
  processEnv?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Uses a Redis Cluster for the queues. */
  redisCluster?: true;
  /**
   * Processes that reach PostgreSQL and Redis through a `TcpPath`, which the drill can cut. A Redis
   * Cluster has no such path.
   */
  paths?: readonly string[];
  /** Limits the memory of each API and worker. */
  memory?: MemoryLimit;
  /** Limits the file descriptors of each API. */
  descriptors?: number;
  /** Installs triggers that record forbidden writes and slow each write down. Default true. */
  audit?: boolean;
}

type Place = Pick<OwnServersOptions, 'dataDir' | 'programDir' | 'searchPath'>;

export type Bed = Awaited<ReturnType<typeof startBed>>;

/**
 * Starts AIO on its own servers, for a drill to break and judge.
 * @throws SkipDrill if a program is missing
 */
export async function startBed(options: BedOptions & Place) {
  const { paths, started, ...parts } = await startParts(options);
  const { system, db } = parts;
  const accepted: AcceptedRun[] = [];
  const kills: Kill[] = [];
  const serverErrors: string[] = [];
  async function submit(workflow: string, input?: unknown): Promise<string> {
    const { id } = await system.api.submitRun(workflow, input);
    accepted.push({ id, expected: null });
    return id;
  }
  return {
    ...parts,
    /** Runs that the API accepted. */
    accepted,
    kills,
    /** Answers of the API that are errors of AIO, and requests without an answer. */
    serverErrors,
    /** The path of a process from `paths`. */
    path(process: string, to: 'postgres' | 'redis'): TcpPath {
      const path = paths.get(`${process} ${to}`);
      if (!path) throw new Error(`no path from ${process}: add it to \`paths\``);
      return path;
    },
    /** A step that calls `/work` of the simulator, e.g. with the query `ms=20`. */
    call(query: string) {
      return { type: 'http' as const, with: { url: `${system.simulator.url}/work?${query}` } };
    },
    /** Creates a workflow and returns its name. */
    async createWorkflow(name: string, steps: Definition['steps']): Promise<string> {
      await system.api.createWorkflow({ name, steps });
      return name;
    },
    /** Submits a run and adds it to `accepted`. */
    submit,
    /** Submits `count` runs, each in its own request. */
    async submitMany(workflow: string, count: number): Promise<void> {
      let left = count;
      const submitAll = async () => {
        while (left-- > 0) await submit(workflow);
      };
      await Promise.all(Array.from({ length: CLIENTS }, submitAll));
    },
    /** Kills a worker with SIGKILL and adds it to `kills`. */
    async kill(worker: SystemWorker): Promise<void> {
      kills.push({ pid: worker.pid, at: new Date() });
      await worker.signal('SIGKILL');
    },
    /**
     * Resolves when no run is open, when a process has ended unexpectedly, or after `withinMs`. Runs that are still open
     * then count as LOST.
     */
    async settle(withinMs = SETTLE_WITHIN_MS): Promise<void> {
      const idle = async () => {
        if (system.deaths.lines.length > 0) return true;
        const { rows } = await db.query('select 1 from runs where finished_at is null limit 1');
        return rows.length === 0;
      };
      await waitUntil('every run is finished', withinMs, idle).catch(() => {});
    },
    /** @param seen default: what the bed keeps */
    async judge(seen: Partial<Seen> = {}): Promise<Verdict> {
      const calls = await system.simulator.calls();
      const deaths = system.deaths.lines;
      return judge(db, { accepted, serverErrors, kills, deaths, calls, ...seen });
    },
    stop: () => started.disposeAsync(),
  };
}

/** Starts the servers, the paths to them, and AIO. */
async function startParts(options: BedOptions & Place) {
  const { programDir, searchPath } = options;
  if (options.proxy) await findProxy({ dataDir: programDir, searchPath }).catch(skipDrill);
  const servers: OwnServers = await startOwnServers(options);
  // Ends what has started, the last part first, unless the start succeeds.
  await using parts = new AsyncDisposableStack();
  parts.defer(() => servers.stop());
  const db = openDatabase(() => servers.databaseUrl);
  parts.defer(() => db.end());
  const { databaseUrl } = servers;
  if (options.audit !== false) await startAudit(db);
  const redisCluster = options.redisCluster ? await startCluster(options) : null;
  parts.defer(async () => redisCluster?.stop());
  const paths = new Map<string, TcpPath>();
  const openPath = async (name: string, url: string) => {
    const path = await startTcpPath(url, await findFreePort());
    parts.defer(() => path.close());
    paths.set(name, path);
  };
  for (const name of options.paths ?? []) {
    await openPath(`${name} postgres`, databaseUrl);
    if (redisCluster === null) await openPath(`${name} redis`, servers.redisUrl);
  }
  const system = await startSystem({
    workers: options.workers ?? 2,
    apis: options.apis ?? 1,
    ...(options.proxy && { proxyFrom: programDir }),
    databaseUrl,
    redisUrl: redisCluster?.url ?? servers.redisUrl,
    dataDir: options.dataDir,
    ...(options.root !== undefined && { root: options.root }),
    memory: options.memory,
    descriptors: options.descriptors,
    env: {
      PATH: searchPath,
      ...(options.proxy && { SHUTDOWN_DELAY_MS }),
      ...options.env,
    },
    processEnv: (name) => ({
      ...throughPath('DATABASE_URL', databaseUrl, paths.get(`${name} postgres`)),
      ...throughPath('REDIS_URL', servers.redisUrl, paths.get(`${name} redis`)),
      ...options.processEnv?.[name],
    }),
  });
  parts.defer(() => system.end());
  return {
    servers,
    redisCluster,
    system,
    /** Connects directly to PostgreSQL, not through a path. */
    db,
    paths,
    started: parts.move(),
  };
}

function startCluster({ dataDir, programDir, searchPath }: Place): Promise<RedisCluster> {
  return startRedisCluster({ dataDir: join(dataDir, 'redis-cluster'), programDir, searchPath });
}

function throughPath(name: string, url: string, path: TcpPath | undefined): Record<string, string> {
  return path === undefined ? {} : { [name]: path.through(url) };
}
