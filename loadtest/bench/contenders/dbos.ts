import type { BenchContext } from '../part.ts';
import type { Contender, NamedShape } from './contender.ts';
import { startWorkerProcess } from './worker-process.ts';

/**
 * DBOS as documented: the application starts workflows itself and awaits them. That is faster than its queues, which
 * it polls every second, and saves the requests that the other engines receive.
 */
export async function startDbos(name: string, context: BenchContext): Promise<Contender> {
  const databaseUrl = await context.createDatabase('dbos', { migrated: false });
  const worker = await startWorkerProcess('dbos-worker.ts', [databaseUrl]);
  context.onEnd(worker.stop);
  return {
    name,
    workerPids: () => [worker.pid],
    async work(shape, runs) {
      return (await worker.ask<{ ms: number }>({ ...describe(shape), runs })).ms;
    },
  };
}

/** DBOS runs code, not DAGs: its worker has a function for chains and one for fans. */
function describe({ shape }: NamedShape) {
  const isChain = shape.every((parents) => parents.length <= 1);
  return isChain
    ? { workflow: 'chain', size: shape.length }
    : { workflow: 'fan', size: shape.length - 2 };
}
