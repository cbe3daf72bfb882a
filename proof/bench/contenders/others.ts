import { type FlowJob, FlowProducer, Queue } from 'bullmq';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Shape } from '@aio/tools/system/definition';
import { stepName } from '@aio/loadtest/workflows/shapes';
import type { BenchContext } from '../part.ts';
import { type Contender, type NamedShape, submitAll, waitForEnd } from './contender.ts';

const QUEUE = 'flows';
/** The fastest of 16, 64, 100, 200 and 500. */
const CONCURRENCY = 100;
const LEFT = ['waiting', 'active', 'delayed', 'prioritized', 'waiting-children'] as const;

/**
 * BullMQ flows, with state only in Redis. To keep BullMQ's work small, processors do nothing and jobs are removed when
 * done.
 */
export async function startBullmq(
  name: string,
  { servers, onEnd }: BenchContext,
): Promise<Contender> {
  const { redisUrl } = servers;
  const connection = { url: redisUrl, maxRetriesPerRequest: null };
  const producer = new FlowProducer({ connection });
  const queue = new Queue(QUEUE, { connection });
  const args = [redisUrl, QUEUE, String(CONCURRENCY)];
  const worker = await startWorkerProcess('bullmq-worker.ts', args);
  onEnd(async () => {
    await worker.stop();
    await producer.close();
    await queue.close();
  });

  async function isIdle(): Promise<boolean> {
    const counts = await queue.getJobCounts(...LEFT);
    return Object.values(counts).every((count) => count === 0);
  }

  return {
    name,
    workerPids: () => [worker.pid],
    async work({ shape }, runs) {
      const flow = toFlow(shape, QUEUE);
      const startedAt = performance.now();
      await submitAll(runs, async (count) => {
        await producer.addBulk(Array.from({ length: count }, () => structuredClone(flow)));
      });
      await waitForEnd(runs, isIdle);
      return performance.now() - startedAt;
    },
  };
}

/**
 * Converts a DAG into a BullMQ flow. Flows are trees, so a step with several dependants hangs under the first one. The
 * flow has as many jobs as the DAG has steps, and fewer dependencies.
 */
export function toFlow(shape: Shape, queueName: string): FlowJob {
  const placed = new Set<number>();
  function place(step: number): FlowJob {
    placed.add(step);
    const free = (shape[step] ?? []).filter((parent) => !placed.has(parent));
    // Mark all parents first, so that a sibling does not take one.
    for (const parent of free) placed.add(parent);
    return {
      name: stepName(step),
      queueName,
      opts: { removeOnComplete: true },
      children: free.map(place),
    };
  }
  return place(shape.length - 1);
}

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

/** A worker of another engine: a script of this folder that sends `ready` and receives messages. */
interface WorkerProcess {
  readonly pid: number;
  /** Sends a message and waits for the answer; one at a time. @throws Error with the worker's message */
  ask<Answer>(message: object): Promise<Answer>;
  stop(): Promise<void>;
}

async function startWorkerProcess(script: string, args: readonly string[]): Promise<WorkerProcess> {
  const child = fork(join(import.meta.dirname, script), args, {
    execArgv: ['--no-deprecation'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await nextMessage(child, script);
  return {
    pid: child.pid as number,
    async ask<Answer>(message: object) {
      const answer = nextMessage<Answer>(child, script);
      child.send(message);
      return answer;
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
}

function nextMessage<Message>(child: ChildProcess, script: string): Promise<Message> {
  return new Promise((resolve, reject) => {
    const onExit = () => reject(new Error(`${script} ended`));
    child.once('exit', onExit);
    child.once('message', (message: Message & { error?: string }) => {
      child.off('exit', onExit);
      if (message.error === undefined) resolve(message);
      else reject(new Error(message.error));
    });
  });
}
