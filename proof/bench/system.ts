import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { openDatabase } from '@aio/tools/system/database';
import { startSystem, type System, type SystemOptions } from '@aio/tools/system/system';
import { waitUntil } from '@aio/tools/system/wait-until';
import { uncounted } from './meter.ts';
import type { BenchContext } from './part.ts';

/** AIO with its own database and Redis prefix. */
export interface BenchSystem extends System {
  databaseUrl: string;
  /** Its statements do not count in a meter. */
  db: Pool;
  /** Stops or restarts workers until `count` run; at most as many as there were at first. */
  setWorkers(count: number): Promise<void>;
  workerPids(): number[];
  /** Submits `count` runs in batches. */
  submitMany(workflow: string, count: number, input?: object): Promise<void>;
  /** @param rows what follows `from`, e.g. `runs where finished_at is null` */
  waitForRows(rows: string, count: number, everyMs?: number): Promise<void>;
}

const ROWS_WITHIN_MS = 300_000;

/**
 * @param options.env settings that differ from the defaults
 * @param options.root folder of the code of migrations, API and workers; default: this project
 * @param options.processEnv settings of one process: `api`, `worker-1`, …
 */
export async function startBenchSystem(
  context: BenchContext,
  options: Partial<Pick<SystemOptions, 'workers' | 'env' | 'processEnv' | 'root'>> & {
    name?: string;
  } = {},
): Promise<BenchSystem> {
  const { servers, searchPath, onEnd } = context;
  const { name = 'aio', workers = 1, env, ...others } = options;
  const dataDir = join(context.dataDir, name);
  mkdirSync(dataDir, { recursive: true });
  const databaseUrl = await context.createDatabase(name, { migrated: true, root: options.root });
  const system = await startSystem({
    ...others,
    workers,
    databaseUrl,
    redisUrl: servers.redisUrl,
    prefix: name,
    dataDir,
    // All runs of a bench have one owner.
    env: { PATH: searchPath, LANE_OWNER_SHARE: '1', ...env },
  });
  onEnd(system.stop);
  context.failWith(system.deaths.first);
  const db = openDatabase(uncounted(databaseUrl));
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
    async submitMany(workflow, count, input) {
      await system.api.submitRuns(workflow, count, () => input);
    },
    async waitForRows(rows, count, everyMs) {
      const text = `select count(*)::int as count from ${rows}`;
      const look = async () => (await db.query<{ count: number }>(text)).rows[0]?.count === count;
      await waitUntil(`${count} ${rows}`, ROWS_WITHIN_MS, look, everyMs);
    },
  };
}
