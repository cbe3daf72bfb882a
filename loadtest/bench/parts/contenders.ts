import { createAio } from '../contenders/aio.ts';
import { startBullmq } from '../contenders/bullmq.ts';
import { BATCHES, type Contender, type RunningContender, SINGLY } from '../contenders/contender.ts';
import { startDbos } from '../contenders/dbos.ts';
import type { BenchContext } from '../part.ts';
import { startBenchSystem } from './bench-system.ts';

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
export async function startContenders(
  context: BenchContext,
  options: { workers: number },
): Promise<Contenders> {
  const { servers, onEnd } = context;
  const bullmq = await startBullmq({ name: BULLMQ, redisUrl: servers.redisUrl });
  onEnd(bullmq.stop);
  const databaseUrl = await context.createDatabase('dbos', { migrated: false });
  const dbos = await startDbos({ name: DBOS, databaseUrl });
  onEnd(dbos.stop);
  // As it is shipped: none of its settings is changed.
  const system = await startBenchSystem(context, {
    name: 'aio',
    workers: options.workers,
    env: {},
  });
  await system.setWorkers(1);
  const aio = createAio(system, { name: AIO, submission: BATCHES });
  const aioSingly = createAio(system, { name: 'AIO, one a request', submission: SINGLY });
  return {
    aio: { ...aio, setWorkers: system.setWorkers, stop: system.stop },
    aioSingly,
    bullmq,
    dbos,
  };
}
