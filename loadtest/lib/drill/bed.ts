import { startTcpPath, type TcpPath } from '@aio/platform/testing/tcp-path';
import { findFreePort } from '@aio/stack/free-port';
import { type RedisCluster, startRedisCluster } from '@aio/stack/redis-cluster';
import { StackError } from '@aio/stack/stack-error';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { startAudit } from '../audit.ts';
import { openDatabase } from '../database.ts';
import type { Definition } from '../definition.ts';
import type { AcceptedRun } from './mixed-load.ts';
import { judge, type Seen, type Verdict } from './verdict.ts';
import { type OwnServers, type OwnServersOptions, startOwnServers } from '../own-servers.ts';
import {
  requireScaledPrograms,
  type ScaledServers,
  startScaledServers,
} from '../scaled-servers.ts';
import { startSystem, type System, type SystemWorker } from '../system.ts';
import { type Kill } from '../waits.ts';
import { waitUntil } from '../wait-until.ts';
import { SkipDrill } from './drill.ts';

/** Concurrent submissions of `submitMany`. More would measure how a new API compiles its code. */
const CLIENTS = 20;

/**
 * `single`: one PostgreSQL and one Redis. `scaled`: a replica, PgBouncer and a Redis Cluster, with at least two APIs
 * behind the proxy and three workers.
 */
export type Topology = 'single' | 'scaled';

/** The proxy needs less time than this to notice that an API is not ready. */
const SHUTDOWN_DELAY_MS = '2500';

export interface BedOptions extends Partial<OwnServersOptions> {
  /** Default 2. */
  workers?: number;
  /** Default 1. */
  apis?: number;
  /** Additional variables of all processes. LOG_LEVEL is `warn` by default. */
  env?: Readonly<Record<string, string>>;
  /** Additional variables of one process. */
  processEnv?: (name: string) => Readonly<Record<string, string>>;
  /** Default `single`. */
  topology?: Topology;
  /** Uses a Redis Cluster even in the topology `single`. */
  redisCluster?: true;
  /**
   * Processes that reach PostgreSQL (or its pooler) and Redis through a `TcpPath`, which the drill can cut. A Redis
   * Cluster has no such path.
   */
  paths?: readonly string[];
  /** Installs triggers that record forbidden writes and slow each write down. Default true. */
  audit?: boolean;
}

type Place = Pick<OwnServersOptions, 'dataDir' | 'programDir' | 'searchPath'>;

/** AIO on its own servers, for a drill to break and judge. */
export interface Bed {
  readonly servers: OwnServers;
  /** `servers` in the topology `scaled`, else null. */
  readonly scaled: ScaledServers | null;
  readonly redisCluster: RedisCluster | null;
  readonly system: System;
  /** Connects directly to PostgreSQL, not through a path. */
  readonly db: Pool;
  /** Runs that the API accepted; a load adds its own. */
  readonly accepted: AcceptedRun[];
  /** Killed processes. */
  readonly kills: Kill[];
  /** The path of a process from `paths`. */
  path(process: string, to: 'postgres' | 'redis'): TcpPath;
  /** Creates a workflow and returns its name. */
  createWorkflow(name: string, steps: Definition['steps']): Promise<string>;
  /** Submits a run and adds it to `accepted`. */
  submit(workflow: string, input?: unknown): Promise<string>;
  /** Submits `count` runs, each in its own request. */
  submitMany(workflow: string, count: number): Promise<void>;
  /** Kills a worker with SIGKILL and adds it to `kills`. */
  kill(worker: SystemWorker): Promise<void>;
  /**
   * Resolves when no run is open, when a process has ended unexpectedly, or after `withinMs`. Runs that
   * are still open then count as LOST.
   */
  settle(withinMs: number): Promise<void>;
  judge(seen?: Partial<Seen>): Promise<Verdict>;
  stop(): Promise<void>;
}

export async function startBed(options: BedOptions & Place): Promise<Bed> {
  const scaled = options.topology === 'scaled' ? await startScaled(options) : null;
  const servers = scaled ?? (await startOwnServers(options));
  const databaseUrl = scaled?.env['DATABASE_URL'] ?? servers.databaseUrl;
  const db = openDatabase(() => servers.databaseUrl);
  const paths = new Map<string, TcpPath>();
  let ownCluster: RedisCluster | null = null;
  let system: System | null = null;
  const stop = async () => {
    await system?.end();
    await Promise.all([...paths.values()].map((path) => path.close()));
    await db.end();
    await Promise.all([servers.stop(), ownCluster?.stop()]);
  };
  try {
    if (options.audit !== false) await startAudit(db);
    if (options.redisCluster && scaled === null) ownCluster = await startCluster(options);
    const redisCluster = scaled?.redisCluster ?? ownCluster;
    for (const name of options.paths ?? []) {
      paths.set(`${name} postgres`, await startTcpPath(databaseUrl, await findFreePort()));
      if (redisCluster === null)
        paths.set(`${name} redis`, await startTcpPath(servers.redisUrl, await findFreePort()));
    }
    system = await startSystem({
      workers: Math.max(options.workers ?? 2, scaled ? 3 : 1),
      apis: Math.max(options.apis ?? 1, scaled ? 2 : 1),
      ...(scaled && { proxyFrom: options.programDir }),
      databaseUrl,
      redisUrl: redisCluster?.url ?? servers.redisUrl,
      dataDir: options.dataDir,
      ...(options.root !== undefined && { root: options.root }),
      env: {
        PATH: options.searchPath,
        ...(scaled && { ...scaled.env, SHUTDOWN_DELAY_MS }),
        ...options.env,
      },
      processEnv: (name) => ({
        ...throughPath('DATABASE_URL', databaseUrl, paths.get(`${name} postgres`)),
        ...throughPath('REDIS_URL', servers.redisUrl, paths.get(`${name} redis`)),
        ...options.processEnv?.(name),
      }),
    });
    return bedOf({ servers, scaled, redisCluster, db, system, paths, stop });
  } catch (error) {
    await stop();
    throw error;
  }
}

/** @throws SkipDrill if a program is missing */
async function startScaled(options: Place): Promise<ScaledServers> {
  await requireScaledPrograms(options).catch((error: unknown) => {
    throw error instanceof StackError ? new SkipDrill(error.message) : error;
  });
  return startScaledServers(options);
}

function startCluster({ dataDir, programDir, searchPath }: Place): Promise<RedisCluster> {
  return startRedisCluster({ dataDir: join(dataDir, 'redis-cluster'), programDir, searchPath });
}

function throughPath(name: string, url: string, path: TcpPath | undefined): Record<string, string> {
  return path === undefined ? {} : { [name]: path.through(url) };
}

function bedOf(
  parts: Pick<Bed, 'servers' | 'scaled' | 'redisCluster' | 'db' | 'system' | 'stop'> & {
    paths: Map<string, TcpPath>;
  },
): Bed {
  const { db, system, paths } = parts;
  const accepted: AcceptedRun[] = [];
  const kills: Kill[] = [];
  async function submit(workflow: string, input?: unknown): Promise<string> {
    const { id } = await system.api.submitRun(workflow, input);
    accepted.push({ id, expected: null });
    return id;
  }
  return {
    servers: parts.servers,
    scaled: parts.scaled,
    redisCluster: parts.redisCluster,
    system,
    db,
    accepted,
    kills,
    path(process, to) {
      const path = paths.get(`${process} ${to}`);
      if (!path) throw new Error(`no path from ${process}: add it to \`paths\``);
      return path;
    },
    async createWorkflow(name, steps) {
      await system.api.createWorkflow({ name, steps });
      return name;
    },
    submit,
    async submitMany(workflow, count) {
      let left = count;
      const submitAll = async () => {
        while (left-- > 0) await submit(workflow);
      };
      await Promise.all(Array.from({ length: CLIENTS }, submitAll));
    },
    async kill(worker) {
      kills.push({ pid: worker.pid, at: new Date() });
      await worker.signal('SIGKILL');
    },
    async settle(withinMs) {
      const idle = async () => {
        if (system.deaths.lines.length > 0) return true;
        const { rows } = await db.query('select 1 from runs where finished_at is null limit 1');
        return rows.length === 0;
      };
      await waitUntil('every run is finished', withinMs, idle).catch(() => {});
    },
    async judge(seen = {}) {
      const calls = await system.simulator.calls();
      const deaths = system.deaths.lines;
      return judge(db, { accepted, serverErrors: [], kills, deaths, calls, ...seen });
    },
    stop: parts.stop,
  };
}
