import { DelayedError, type Job, type Telemetry, Worker } from 'bullmq';
import { closeRedis, createRedis, type RedisConnectionOptions } from '../redis/redis.ts';
import { within } from '../within.ts';
import { queuePrefix } from './work-queues.ts';

/** While Redis is down, BullMQ takes over 20 s to close. */
const CLOSE_DEADLINE_MS = 1_000;

/** Processes jobs of one queue, as many at once as it has slots. */
export interface QueueWorker {
  /** Takes no jobs until `resume`; active jobs continue. */
  pause(): Promise<void>;
  resume(): void;
  /** Waits up to a second for active jobs. */
  close(): Promise<void>;
}

/** A processor throws this to get the job again after `delayMs`. */
export class JobLater extends Error {
  readonly delayMs: number;
  /** Fields to add to its data. */
  readonly data: object;

  constructor(delayMs: number, data: object = {}) {
    super(`retry in ${delayMs} ms`);
    this.delayMs = delayMs;
    this.data = data;
  }
}

/**
 * Calls `process` for each job. If a worker dies, its job is delivered again when its lock expires, after half a lease.
 * @param options.process throws only `JobLater`
 */
export function startQueueWorker<Data>(
  options: {
    queue: string;
    redisUrl: string;
    prefix: string;
    slots: number;
    leaseMs: number;
    /** Creates a span for each job; absent = no spans. */
    telemetry?: Telemetry;
    process: (data: Data) => Promise<void>;
    /** Called if `process` throws: the job is lost, and the reconciler sends another. */
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
      // `requireNoEviction` checks the eviction policy at start.
      skipVersionCheck: true,
      ...(telemetry && { telemetry }),
    },
  );
  // The connection reports outages. Lost locks and jobs do not matter, because the rows say what to do.
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
