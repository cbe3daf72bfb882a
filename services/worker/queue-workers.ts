import { queueOf, RUN_QUEUE, type RunJob, type StepJob } from '@aio/core/run/jobs';
import { type QueueWorker, startQueueWorker } from '@aio/platform/queues/queue-worker';
import type { QueueTracing } from '@aio/platform/queues/work-queues';
import type { Engine } from './engine/engine.ts';
import { shareSlots } from './owner-share.ts';
import type { WorkerConfig } from './settings/config.ts';

/** The BullMQ workers of runs and of each lane. A pause before `start` holds too. */
export interface QueueWorkers extends QueueWorker {
  /** Takes jobs. */
  start(): void;
}

export function createQueueWorkers(deps: {
  config: Pick<
    WorkerConfig,
    'redisUrl' | 'prefix' | 'leaseMs' | 'maxRuns' | 'lanes' | 'laneOwnerShare'
  >;
  engine: Pick<Engine, 'workRun' | 'executeStep'>;
  /** null = jobs are not traced. */
  queueTracing: QueueTracing | null;
  /** Called for a job that the engine could not process. */
  onFailure: (error: Error) => void;
}): QueueWorkers {
  const { config, engine, queueTracing, onFailure } = deps;
  const { redisUrl, prefix, leaseMs, laneOwnerShare: share } = config;
  const common = {
    redisUrl,
    prefix,
    leaseMs,
    onFailure,
    ...(queueTracing && { telemetry: queueTracing.telemetry }),
  };
  let workers: QueueWorker[] = [];
  let isPaused = false;

  function takeRuns(): QueueWorker {
    return startQueueWorker<RunJob>({
      ...common,
      queue: RUN_QUEUE,
      slots: config.maxRuns,
      process: engine.workRun,
    });
  }

  function takeSteps(lane: string, slots: number): QueueWorker {
    return startQueueWorker<StepJob>({
      ...common,
      queue: queueOf(lane),
      slots,
      process: shareSlots({ slots, share }, engine.executeStep),
    });
  }

  async function pause(): Promise<void> {
    isPaused = true;
    await Promise.all(workers.map((worker) => worker.pause()));
  }

  return {
    start() {
      workers = [takeRuns(), ...[...config.lanes].map(([lane, slots]) => takeSteps(lane, slots))];
      if (isPaused) void pause();
    },
    pause,
    resume() {
      isPaused = false;
      for (const worker of workers) worker.resume();
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.close()));
    },
  };
}
