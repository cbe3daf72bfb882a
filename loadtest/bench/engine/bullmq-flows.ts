import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FlowProducer, Queue } from 'bullmq';
import { toFlow } from './bullmq-flow.ts';
import type { Contender } from './contest.ts';

const QUEUE = 'flows';
const FLOWS_PER_COMMAND = 50;
const POLL_MS = 20;
const LEFT = ['waiting', 'active', 'delayed', 'prioritized', 'waiting-children'] as const;

/** BullMQ's own flows, without any durable state beside Redis, with as many worker processes. */
export async function startBullmqFlows(options: {
  redisUrl: string;
  workers: number;
  concurrency: number;
}): Promise<Contender & { stop(): Promise<void> }> {
  const connection = { url: options.redisUrl, maxRetriesPerRequest: null };
  const producer = new FlowProducer({ connection });
  const queue = new Queue(QUEUE, { connection });
  const workers = await Promise.all(
    Array.from({ length: options.workers }, () => startWorker(options)),
  );

  async function countLeft(): Promise<number> {
    const counts = await queue.getJobCounts(...LEFT);
    return Object.values(counts).reduce((sum, count) => sum + count, 0);
  }

  return {
    name: 'BullMQ flows',
    async work({ shape }, runs) {
      const startedAt = performance.now();
      const flow = toFlow(shape, QUEUE);
      for (let left = runs; left > 0; left -= FLOWS_PER_COMMAND)
        await producer.addBulk(
          Array.from({ length: Math.min(left, FLOWS_PER_COMMAND) }, () => structuredClone(flow)),
        );
      while ((await countLeft()) > 0) await sleep(POLL_MS);
      return performance.now() - startedAt;
    },
    async stop() {
      await Promise.all(workers.map(stopWorker));
      await producer.close();
      await queue.close();
    },
  };
}

async function startWorker(options: {
  redisUrl: string;
  concurrency: number;
}): Promise<ChildProcess> {
  const script = join(import.meta.dirname, 'bullmq-worker.ts');
  const args = [script, options.redisUrl, QUEUE, String(options.concurrency)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => {
      throw new Error('the BullMQ worker ended before it was ready');
    }),
  ]);
  return child;
}

async function stopWorker(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}
