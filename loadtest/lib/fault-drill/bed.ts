import type { Pool } from 'pg';
import { startAudit } from '../audit.ts';
import { openDatabase } from '../database.ts';
import type { Definition } from '../definition.ts';
import type { AcceptedRun } from '../kill-drill/load.ts';
import { judge, type Seen, type Verdict } from '../kill-drill/verdict.ts';
import { type OwnServers, type OwnServersOptions, startOwnServers } from '../own-servers.ts';
import { startSystem, type System, type SystemWorker } from '../system.ts';
import { startTcpPath, type TcpPath } from '../tcp-path.ts';
import { type Kill } from '../waits.ts';
import { waitUntil } from '../wait-until.ts';

/** At once: a new API that compiles its code as it goes is not what these drills are about. */
const CLIENTS = 20;

export interface BedOptions extends Partial<OwnServersOptions> {
  /** Default 2. */
  workers?: number;
  /** Default 1. */
  apis?: number;
  /** What the processes get beside the usual. */
  env?: Readonly<Record<string, string>>;
  processEnv?: (name: string) => Readonly<Record<string, string>>;
  /** Names of processes that reach PostgreSQL and Redis over paths of their own, to be cut. */
  paths?: readonly string[];
  /** Triggers that write down forbidden writes; default true. They cost each write something. */
  audit?: boolean;
}

/** The product on servers of its own, to be broken and judged. */
export interface Bed {
  readonly servers: OwnServers;
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

export async function startBed(
  options: BedOptions &
    Pick<OwnServersOptions, 'dataDir' | 'programDir' | 'searchPath'> & {
      /** Default: with a LOG_LEVEL of `warn`. */
      env?: Readonly<Record<string, string>>;
    },
): Promise<Bed> {
  const servers = await startOwnServers(options);
  const db = openDatabase(servers.databaseUrl);
  const paths = new Map<string, TcpPath>();
  let system: System | null = null;
  const stop = async () => {
    await system?.end();
    await Promise.all([...paths.values()].map((path) => path.close()));
    await db.end();
    await servers.stop();
  };
  try {
    if (options.audit !== false) await startAudit(db);
    for (const name of options.paths ?? []) {
      paths.set(`${name} postgres`, await startTcpPath(servers.databaseUrl));
      paths.set(`${name} redis`, await startTcpPath(servers.redisUrl));
    }
    system = await startSystem({
      workers: options.workers ?? 2,
      apis: options.apis ?? 1,
      databaseUrl: servers.databaseUrl,
      redisUrl: servers.redisUrl,
      dataDir: options.dataDir,
      ...(options.root !== undefined && { root: options.root }),
      env: { PATH: options.searchPath, ...options.env },
      processEnv: (name) => ({
        ...(paths.has(`${name} postgres`) && {
          DATABASE_URL: paths.get(`${name} postgres`)!.through(servers.databaseUrl),
          REDIS_URL: paths.get(`${name} redis`)!.through(servers.redisUrl),
        }),
        ...options.processEnv?.(name),
      }),
    });
    return bedOf({ servers, db, system, paths, stop });
  } catch (error) {
    await stop();
    throw error;
  }
}

function bedOf(
  parts: Pick<Bed, 'servers' | 'db' | 'system' | 'stop'> & { paths: Map<string, TcpPath> },
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
