import { DelayedError, type Job, type Telemetry, Worker } from 'bullmq';
import { closeRedis, createRedis, type RedisConnectionOptions } from './redis.ts';
import { within } from './within.ts';
import { queuePrefix } from './work-queues.ts';

/** BullMQ waits over 20 s for a Redis that is away before it closes. */
const CLOSE_DEADLINE_MS = 1_000;

/** Takes jobs of one queue, as many at once as it has slots. */
export interface QueueWorker {
  /** Takes none until `resume`; those that are active go on. */
  pause(): Promise<void>;
  resume(): void;
  /** Waits for those that are active, no longer than a second. */
  close(): Promise<void>;
}

/** Thrown by a processor: the job is to come again, in so many milliseconds. */
export class JobLater extends Error {
  readonly delayMs: number;
  /** What its data is to say then, beside what it says. */
  readonly data: object;

  constructor(delayMs: number, data: object = {}) {
    super(`again in ${delayMs} ms`);
    this.delayMs = delayMs;
    this.data = data;
  }
}

/**
 * Calls `process` for each job. A job whose worker dies is delivered again: its lock runs out after half of the lease.
 * @param options.process throws nothing but `JobLater`
 */
export function startQueueWorker<Data>(
  options: {
    queue: string;
    redisUrl: string;
    prefix: string;
    slots: number;
    leaseMs: number;
    /** Makes a span of each job; absent = none. */
    telemetry?: Telemetry;
    process: (data: Data) => Promise<void>;
    /** `process` has thrown: the job is gone, and the reconciler sends another. */
    onFailure: (error: Error) => void;
  } & Pick<RedisConnectionOptions, 'onOutage' | 'onRecovery'>,
): QueueWorker {
  const { queue, redisUrl, prefix, slots, leaseMs, telemetry, process, onFailure, ...events } =
    options;
  const connection = createRedis(redisUrl, { role: 'blocking', ...events });
  const worker = new Worker(
    queue,
    async (job: Job<Data>, token) => {
      try {
        await process(job.data);
      } catch (error) {
        if (!(error instanceof JobLater)) throw error;
        if (Object.keys(error.data).length > 0)
          await job.updateData({ ...job.data, ...error.data });
        await job.moveToDelayed(Date.now() + error.delayMs, token);
        throw new DelayedError();
      }
    },
    {
      connection,
      prefix: queuePrefix(prefix, queue),
      concurrency: slots,
      lockDuration: leaseMs / 2,
      stalledInterval: leaseMs / 4,
      maxStalledCount: Number.MAX_SAFE_INTEGER,
      // The eviction policy is asserted once at start, in the product's own words.
      skipVersionCheck: true,
      ...(telemetry && { telemetry }),
    },
  );
  // Outages are told by the connection. A lost lock or job is no news: rows say what is to be done.
  worker.on('error', () => undefined);
  worker.on('failed', (_, error) => onFailure(error));

  return {
    pause: () => end(worker.pause(true)),
    resume: () => worker.resume(),
    async close() {
      await end(worker.close());
      await closeRedis(connection);
    },
  };
}

async function end(done: Promise<unknown>): Promise<void> {
  await within(
    done.catch(() => undefined),
    CLOSE_DEADLINE_MS,
  );
}
