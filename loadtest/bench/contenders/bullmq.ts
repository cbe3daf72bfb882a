import { FlowProducer, Queue } from 'bullmq';
import { toFlow } from './bullmq-flow.ts';
import { type Contender, submitAll, waitForEnd } from './contender.ts';
import { startWorkerProcess } from './worker-process.ts';

const QUEUE = 'flows';
/** The fastest of 16, 64, 100, 200 and 500. */
const CONCURRENCY = 100;
const LEFT = ['waiting', 'active', 'delayed', 'prioritized', 'waiting-children'] as const;

/**
 * BullMQ flows, with state only in Redis. To keep BullMQ's work small, processors do nothing and jobs are removed when
 * done.
 */
export async function startBullmq(options: {
  name: string;
  redisUrl: string;
}): Promise<Contender & { stop(): Promise<void> }> {
  const { name, redisUrl } = options;
  const connection = { url: redisUrl, maxRetriesPerRequest: null };
  const producer = new FlowProducer({ connection });
  const queue = new Queue(QUEUE, { connection });
  const args = [redisUrl, QUEUE, String(CONCURRENCY)];
  const worker = await startWorkerProcess('bullmq-worker.ts', args);

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
    async stop() {
      await worker.stop();
      await producer.close();
      await queue.close();
    },
  };
}
