import { type FlowJob, FlowProducer, Queue } from 'bullmq';
import type { Shape } from '../../lib/definition.ts';
import { stepName } from '../../lib/shapes.ts';
import type { BenchContext } from '../part.ts';
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
