import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { openDatabase } from '../lib/database.ts';
import { startSystem, type System, type SystemOptions } from '../lib/system.ts';
import { type BatchClient, createBatchClient } from './contenders/batch-client.ts';
import type { BenchContext } from './part.ts';

/** The product on a database and a Redis prefix of its own. */
export interface BenchSystem extends System {
  databaseUrl: string;
  client: BatchClient;
  db: Pool;
  /** So many workers run from now on; at most those that were there to begin with. */
  setWorkers(count: number): Promise<void>;
  workerPids(): number[];
  /** Where the standard error of a worker goes; `index` from 0. */
  workerLog(index: number): string;
}

/**
 * @param options.env settings of the processes, if they are not as shipped
 * @param options.processEnv those of one process: `api`, `worker-1`, …
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
  const client = createBatchClient(system.apiUrl, system.token);
  onEnd(client.close);
  const db = openDatabase(databaseUrl);
  onEnd(() => db.end());
  let running = workers;
  return {
    ...system,
    databaseUrl,
    client,
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
