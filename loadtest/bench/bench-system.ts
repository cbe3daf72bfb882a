import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { openDatabase } from '../lib/database.ts';
import { startSystem, type System, type SystemOptions } from '../lib/system.ts';
import type { BenchContext } from './part.ts';

/** AIO with its own database and Redis prefix. */
export interface BenchSystem extends System {
  databaseUrl: string;
  db: Pool;
  /** Stops or restarts workers until `count` run; at most as many as there were at first. */
  setWorkers(count: number): Promise<void>;
  workerPids(): number[];
  /** File with the standard error of a worker; `index` from 0. */
  workerLog(index: number): string;
}

/**
 * @param options.env settings that differ from the defaults
 * @param options.processEnv settings of one process: `api`, `worker-1`, …
 */
export async function startBenchSystem(
  context: BenchContext,
  options: Pick<SystemOptions, 'workers' | 'apis' | 'proxyFrom' | 'env' | 'processEnv'> & {
    name: string;
  },
): Promise<BenchSystem> {
  const { servers, searchPath, onEnd } = context;
  const { name, workers, apis, proxyFrom, env, processEnv } = options;
  const dataDir = join(context.dataDir, name);
  mkdirSync(dataDir, { recursive: true });
  const databaseUrl = await context.createDatabase(name, { migrated: true });
  const system = await startSystem({
    workers,
    databaseUrl,
    redisUrl: servers.redisUrl,
    prefix: name,
    dataDir,
    env: { PATH: searchPath, ...env },
    ...(apis && { apis }),
    ...(proxyFrom && { proxyFrom }),
    ...(processEnv && { processEnv }),
  });
  onEnd(system.stop);
  context.failWith(system.deaths.first);
  const db = openDatabase(databaseUrl);
  onEnd(() => db.end());
  let running = workers;
  return {
    ...system,
    databaseUrl,
    db,
    async setWorkers(count) {
      const { workers } = system;
      await Promise.all(workers.slice(count, running).map((worker) => worker.signal('SIGTERM')));
      await Promise.all(workers.slice(running, count).map((worker) => worker.restart()));
      running = count;
    },
    workerPids: () => system.workers.slice(0, running).map(({ pid }) => pid),
    workerLog: (index) => join(dataDir, `logs/worker-${index + 1}.log`),
  };
}
