import { openDatabase } from '../../lib/database.ts';
import { startSystem, type System } from '../../lib/system.ts';
import { createAio } from '../contenders/aio.ts';
import { createBatchClient } from '../contenders/batch-client.ts';
import { startBullmq } from '../contenders/bullmq.ts';
import { BATCHES, type Contender, type RunningContender, SINGLY } from '../contenders/contender.ts';
import { startDbos } from '../contenders/dbos.ts';
import type { BenchContext } from '../part.ts';

export const AIO = 'AIO';
export const BULLMQ = 'BullMQ flows';
export const DBOS = 'DBOS';

export interface Contenders {
  aio: RunningContender;
  /** The same processes, given one run a request. */
  aioSingly: Contender;
  bullmq: RunningContender;
  dbos: RunningContender;
}

/** All three with one worker each, on the same PostgreSQL server and the same Redis. */
export async function startContenders(context: BenchContext): Promise<Contenders> {
  const { servers, onEnd } = context;
  const bullmq = await startBullmq({ name: BULLMQ, redisUrl: servers.redisUrl });
  onEnd(bullmq.stop);
  const databaseUrl = await context.createDatabase('dbos', { migrated: false });
  const dbos = await startDbos({ name: DBOS, databaseUrl });
  onEnd(dbos.stop);
  return { ...(await startAio(context)), bullmq, dbos };
}

/** The product as it is shipped: none of its settings is changed. */
export async function startAio(
  context: BenchContext,
  options: { env?: Readonly<Record<string, string>> } = {},
): Promise<Pick<Contenders, 'aio' | 'aioSingly'> & { system: System }> {
  const { servers, dataDir, searchPath, onEnd } = context;
  const { databaseUrl, redisUrl } = servers;
  const env = { PATH: searchPath, ...options.env };
  const system = await startSystem({ workers: 2, databaseUrl, redisUrl, dataDir, env });
  onEnd(system.stop);
  const workers = countWorkers(system);
  await workers.set(1);
  const client = createBatchClient(system.apiUrl);
  onEnd(client.close);
  const db = openDatabase(databaseUrl);
  onEnd(() => db.end());
  const deps = { system, client, db, workerPids: workers.pids };
  const aio = createAio(deps, { name: AIO, submission: BATCHES });
  const aioSingly = createAio(deps, { name: 'AIO, one a request', submission: SINGLY });
  return { aio: { ...aio, setWorkers: workers.set, stop: system.stop }, aioSingly, system };
}

/** The second worker of a system comes and goes; both run to begin with. */
export function countWorkers({ workers }: System): {
  set(count: number): Promise<void>;
  pids(): number[];
} {
  let running = workers.length;
  return {
    async set(count) {
      await Promise.all(workers.slice(count, running).map((worker) => worker.signal('SIGTERM')));
      await Promise.all(workers.slice(running, count).map((worker) => worker.restart()));
      running = count;
    },
    pids: () => workers.slice(0, running).map(({ pid }) => pid),
  };
}
