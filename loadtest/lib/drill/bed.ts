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
import { startTcpPath, type TcpPath } from '../tcp-path.ts';
import { type Kill } from '../waits.ts';
import { waitUntil } from '../wait-until.ts';
import { SkipDrill } from './drill.ts';

/** At once: a new API that compiles its code as it goes is not what these drills are about. */
const CLIENTS = 20;

/**
 * `single`: one of each server, workers as asked for. `scaled`: two APIs behind the proxy, PgBouncer, a replica, a Redis
 * Cluster, three workers.
 */
export type Topology = 'single' | 'scaled';

/** Longer than the proxy takes to notice that an API is not ready any more. */
const SHUTDOWN_DELAY_MS = '2500';

export interface BedOptions extends Partial<OwnServersOptions> {
  /** Default 2. */
  workers?: number;
  /** Default 1. */
  apis?: number;
  /** What the processes get beside the usual; LOG_LEVEL is `warn`. */
  env?: Readonly<Record<string, string>>;
  processEnv?: (name: string) => Readonly<Record<string, string>>;
  /** Default `single`. */
  topology?: Topology;
  /** Has a Redis Cluster in place of the one Redis, also in the topology `single`. */
  redisCluster?: true;
  /**
   * Names of processes that reach PostgreSQL (or its pooler) and Redis over paths of their own, to be cut. There is none to
   * a Redis Cluster.
   */
  paths?: readonly string[];
  /** Triggers that write down forbidden writes; default true. They cost each write something. */
  audit?: boolean;
}

type Place = Pick<OwnServersOptions, 'dataDir' | 'programDir' | 'searchPath'>;

/** The product on servers of its own, to be broken and judged. */
export interface Bed {
  readonly servers: OwnServers;
  /** The same in the topology `scaled`, else null. */
  readonly scaled: ScaledServers | null;
  readonly redisCluster: RedisCluster | null;
  readonly system: System;
  /** Straight to PostgreSQL, whatever is done to the paths of the others. */
  readonly db: Pool;
  /** Runs that the API said yes to, with those that a load adds. */
  readonly accepted: AcceptedRun[];
  /** Workers and others that were killed. */
  readonly kills: Kill[];
  /** Of a process that was named in `paths`. */
  path(process: string, to: 'postgres' | 'redis'): TcpPath;
  /** Creates a workflow of these steps; resolves to its name. */
  createWorkflow(name: string, steps: Definition['steps']): Promise<string>;
  /** Submits a run and remembers it. */
  submit(workflow: string, input?: unknown): Promise<string>;
  /** Submits so many runs, each in a request of its own. */
  submitMany(workflow: string, count: number): Promise<void>;
  /** Kills a worker with SIGKILL and remembers when. */
  kill(worker: SystemWorker): Promise<void>;
  /**
   * Resolves when no run is open; after `withinMs` as well, or when a process has ended by itself:
   * those still open are LOST, then.
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
      paths.set(`${name} postgres`, await startTcpPath(databaseUrl));
      if (redisCluster === null) paths.set(`${name} redis`, await startTcpPath(servers.redisUrl));
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

/** @throws SkipDrill where this machine has not all of them */
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
      if (!path) throw new Error(`there is no path from ${process}`);
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
