import { FlowProducer, Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { toFlow } from './bullmq-flow.ts';
import { createWorkerGroup } from './worker-group.ts';
import { BATCHES, type RunningContender, submitAll } from './contender.ts';
import { isBrief, waitForEnd } from './wait-for-end.ts';
import { startWorkerProcess } from './worker-process.ts';

const QUEUE = 'flows';
/** Of 16, 64, 100, 200 and 500 the one with the best rates. */
const CONCURRENCY = 100;
const LEFT = ['waiting', 'active', 'delayed', 'prioritized', 'waiting-children'] as const;

/**
 * BullMQ's own flows, without any durable state beside Redis. Processors do nothing and return
 * nothing of size, jobs are removed when they are done: as little work as BullMQ can have.
 */
export async function startBullmq(options: {
  name: string;
  redisUrl: string;
}): Promise<RunningContender> {
  const { name, redisUrl } = options;
  const connection = { url: redisUrl, maxRetriesPerRequest: null };
  const producer = new FlowProducer({ connection });
  const queue = new Queue(QUEUE, { connection });
  const redis = new Redis(redisUrl);
  const workers = createWorkerGroup(() =>
    startWorkerProcess('bullmq-worker.ts', [redisUrl, QUEUE, String(CONCURRENCY)]),
  );
  await workers.set(1);

  async function isIdle(): Promise<boolean> {
    const counts = await queue.getJobCounts(...LEFT);
    return Object.values(counts).every((count) => count === 0);
  }

  return {
    name,
    async work({ shape }, runs) {
      const flow = toFlow(shape, QUEUE);
      const startedAt = performance.now();
      if (isBrief(shape, runs)) {
        const { job } = await producer.add(flow);
        // A job that is done is removed; of one run, that is the cheapest to ask for.
        const key = queue.toKey(job.id ?? '');
        await waitForEnd(async () => (await redis.exists(key)) === 0, { closely: true });
      } else {
        await submitAll(runs, BATCHES, async (count) => {
          await producer.addBulk(Array.from({ length: count }, () => structuredClone(flow)));
        });
        await waitForEnd(isIdle, { closely: false });
      }
      return performance.now() - startedAt;
    },
    workerPids: () => workers.processes.map(({ pid }) => pid),
    setWorkers: workers.set,
    async stop() {
      await workers.set(0);
      redis.disconnect();
      await producer.close();
      await queue.close();
    },
  };
}
