import { type NamedShape, type RunningContender } from './contender.ts';
import { createWorkerGroup } from './worker-group.ts';
import { startWorkerProcess } from './worker-process.ts';

/**
 * DBOS as its documentation has it: the application starts its workflows itself, and awaits them.
 * That is faster than its queues, which are asked for work every second, and it spares DBOS the
 * requests with which the others are given their work.
 */
export async function startDbos(options: {
  name: string;
  databaseUrl: string;
}): Promise<RunningContender> {
  const workers = createWorkerGroup((index) =>
    startWorkerProcess('dbos-worker.ts', [options.databaseUrl, `worker-${index + 1}`]),
  );
  await workers.set(1);
  return {
    name: options.name,
    async work(shape, runs) {
      const { processes } = workers;
      const times = await Promise.all(
        processes.map((process, index) => {
          const share = Math.floor((runs + index) / processes.length);
          return process.ask<{ ms: number }>({ ...describe(shape), runs: share });
        }),
      );
      return Math.max(...times.map(({ ms }) => ms));
    },
    workerPids: () => workers.processes.map(({ pid }) => pid),
    setWorkers: workers.set,
    stop: () => workers.set(0),
  };
}

/** DBOS runs code, not DAGs: each kind of shape is a function of its worker. */
function describe({ shape }: NamedShape): { chain: number } | { fan: number } {
  const isChain = shape.every((parents, index) => index === 0 || parents[0] === index - 1);
  return isChain && shape.every((parents) => parents.length <= 1)
    ? { chain: shape.length }
    : { fan: shape.length - 2 };
}
