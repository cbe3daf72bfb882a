import { startBenchSystem } from '../bench-system.ts';
import type { BenchContext } from '../part.ts';
import { createAio } from './aio.ts';
import { startBullmq } from './bullmq.ts';
import type { Contender } from './contender.ts';
import { startDbos } from './dbos.ts';

export const AIO = 'AIO';
export const BULLMQ = 'BullMQ flows';
export const DBOS = 'DBOS';

/** Starts all three engines, with one worker each, on one PostgreSQL server and one Redis. */
export async function startContenders(context: BenchContext): Promise<Contender[]> {
  const bullmq = await startBullmq({ name: BULLMQ, redisUrl: context.servers.redisUrl });
  context.onEnd(bullmq.stop);
  const databaseUrl = await context.createDatabase('dbos', { migrated: false });
  const dbos = await startDbos({ name: DBOS, databaseUrl });
  context.onEnd(dbos.stop);
  // Default settings.
  const system = await startBenchSystem(context, { name: 'aio', workers: 1, env: {} });
  return [createAio(system, { name: AIO }), bullmq, dbos];
}
