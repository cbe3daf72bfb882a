import { DEFAULT_LANE } from '@aio/core/definition/kinds/kind';
import {
  QUEUES,
  queueOf,
  RUN_QUEUE,
  type RunJob,
  runJobId,
  STEP_LANES,
  type StepJob,
  stepJobId,
} from '@aio/core/run/jobs';
import type { ReadyStep, RunTrace, WantedRun } from '@aio/core/run/storage';
import type { JobsOptions, Queue, Telemetry } from 'bullmq';
import { type Backlog, createBacklog } from './backlog.ts';
import { countQueuedRuns, countReadySteps } from './queries/count-backlog.ts';
import type { Queryable } from './queryable.ts';
import { createQueueHolder } from './queue-holder.ts';
import { closeRedis, createRedis, type OutageListeners } from './redis.ts';
import { within } from './within.ts';

/** BullMQ's counts of a queue. */
export interface JobCounts {
  /** Includes jobs with a priority, which BullMQ counts separately, and jobs of a paused queue. */
  waiting: number;
  active: number;
  delayed: number;
  failed: number;
}

/** How jobs are traced. */
export interface QueueTracing {
  /** Creates BullMQ's spans. */
  telemetry: Telemetry;
  /** The trace context in a run's job; undefined = the run is not traced. */
  contextOfRun(run: RunTrace): string | undefined;
  contextOfStep(step: ReadyStep): string | undefined;
  /** Calls `send` in the run's trace, so that the producer span belongs to it. */
  within<T>(runContext: string | undefined, send: () => T): T;
}

/**
 * Sends to BullMQ's queues: one for runs, and one for each lane of steps. While Redis is down, jobs are lost; the
 * reconciler sends them again from PostgreSQL.
 */
export interface WorkQueues {
  /** Resolves within `SEND_TIMEOUT_MS` and never rejects; false = some jobs may not have been sent. */
  addRuns(runs: readonly WantedRun[]): Promise<boolean>;
  /** Like `addRuns`. */
  addSteps(steps: readonly ReadyStep[]): Promise<boolean>;
  /**
   * The ids for which the lane's queue has no job (waiting, delayed or active), in one round trip; null = Redis did not
   * answer in time.
   */
  findMissing(lane: string, jobIds: readonly string[]): Promise<Set<string> | null>;
  /**
   * The delayed ones of these jobs: until when, and for which resource (null = none). One round trip; null = Redis did
   * not answer in time.
   */
  findDelayed(
    lane: string,
    jobIds: readonly string[],
  ): Promise<Map<string, { until: Date; resource: string | null }> | null>;
  /** BullMQ's counts by lane (`default` = the queue of runs); null = Redis did not answer in time. */
  counts(): Promise<Map<string, JobCounts> | null>;
  /** Pauses the queues of these lanes and resumes all others; false = Redis did not answer in time. */
  pauseOnly(lanes: ReadonlySet<string>): Promise<boolean>;
  close(): Promise<void>;
}

export const SEND_TIMEOUT_MS = 500;

/** BullMQ's prefix. The braces put each queue into one slot of a cluster, and different queues into different ones. */
export function queuePrefix(prefix: string, queue: string): string {
  return `{${prefix}-${queue}}`;
}

export function createWorkQueues(
  options: {
    db: Queryable;
    redisUrl: string;
    prefix: string;
    /** Absent = jobs are not traced. */
    tracing?: QueueTracing;
  } & OutageListeners,
): WorkQueues {
  const { db, redisUrl, prefix, tracing, ...outage } = options;
  const redis = createRedis(redisUrl, { ...outage, role: 'command' });
  const queues = new Map(
    QUEUES.map((name) => [
      name,
      createQueueHolder(name, {
        connection: redis,
        prefix: queuePrefix(prefix, name),
        skipVersionCheck: true,
        ...(tracing && { telemetry: tracing.telemetry }),
      }),
    ]),
  );
  const backlogs = new Map<string, Backlog>([
    [DEFAULT_LANE, createBacklog(() => countQueuedRuns(db))],
    ...STEP_LANES.map((lane) => [lane, createBacklog(() => countReadySteps(db, lane))] as const),
  ]);

  /** undefined = Redis is down, or did not answer in time. */
  async function ask<Answer>(
    name: string,
    question: (queue: Queue) => Promise<Answer>,
  ): Promise<Answer | undefined> {
    if (redis.status !== 'ready') return undefined;
    const asked = queues.get(name)!.get().then(question);
    return within(
      asked.catch(() => undefined),
      SEND_TIMEOUT_MS,
    );
  }

  async function add(
    name: string,
    jobs: { name: string; data: object; opts: JobsOptions }[],
  ): Promise<boolean> {
    if (jobs.length === 0) return true;
    const added = await ask(name, async (queue) => {
      if (jobs.length === 1) await queue.add(jobs[0]!.name, jobs[0]!.data, jobs[0]!.opts);
      else await queue.addBulk(jobs);
      return true;
    });
    return added ?? false;
  }

  function toStepJob(ready: ReadyStep) {
    const { lane, workflowId, runId, step, iteration, attempt } = ready;
    const { crashes, resource, isResourceComputed } = ready;
    return {
      name: 'step',
      data: {
        runId,
        step,
        iteration,
        attempt,
        crashes,
        resource,
        ...(isResourceComputed && { isResourceComputed }),
      } satisfies StepJob,
      opts: {
        ...KEPT_WHILE_OPEN,
        ...carry(tracing?.contextOfStep(ready)),
        jobId: stepJobId({ runId, step, iteration, attempt }),
        priority: backlogs.get(lane)!.add(workflowId),
      },
    };
  }

  return {
    addRuns: (runs) =>
      add(
        RUN_QUEUE,
        runs.map(({ runId, epoch, workflowId, ...trace }) => ({
          name: 'run',
          data: { runId, epoch } satisfies RunJob,
          opts: {
            ...KEPT_WHILE_OPEN,
            ...carry(tracing?.contextOfRun(trace)),
            jobId: runJobId({ runId, epoch }),
            // Started runs continue before new runs start.
            priority: epoch > 0 ? 1 : backlogs.get(DEFAULT_LANE)!.add(workflowId),
          },
        })),
      ),
    async addSteps(steps) {
      const sent = [...Map.groupBy(steps, ({ lane }) => lane)].flatMap(([lane, ofLane]) =>
        [...Map.groupBy(ofLane, (step) => tracing?.contextOfRun(step))].map(([trace, ofTrace]) => {
          const send = () => add(queueOf(lane), ofTrace.map(toStepJob));
          return tracing ? tracing.within(trace, send) : send();
        }),
      );
      return (await Promise.all(sent)).every(Boolean);
    },
    async findMissing(lane, jobIds) {
      const missing = await ask(queueOf(lane), async (queue) => {
        // `getJob` of BullMQ needs a round trip per job, and we ask for a thousand.
        const pipeline = redis.pipeline();
        for (const id of jobIds) pipeline.exists(queue.toKey(id));
        const answers = (await pipeline.exec()) ?? [];
        const refused = answers.find(([error]) => error)?.[0];
        if (refused) throw refused;
        return new Set(jobIds.filter((_, index) => answers[index]?.[1] === 0));
      });
      return missing ?? null;
    },
    async findDelayed(lane, jobIds) {
      const delayed = await ask(queueOf(lane), async (queue) => {
        const pipeline = redis.pipeline();
        for (const id of jobIds)
          pipeline.zscore(queue.toKey('delayed'), id).hget(queue.toKey(id), 'data');
        const answers = (await pipeline.exec()) ?? [];
        return jobIds.flatMap((id, index) => {
          const [score, data] = [answers[index * 2]?.[1], answers[index * 2 + 1]?.[1]];
          if (typeof score !== 'string' || typeof data !== 'string') return [];
          const { resource } = JSON.parse(data) as StepJob;
          return [[id, { until: new Date(Number(score) / DELAYED_SCORE), resource }] as const];
        });
      });
      return delayed === undefined ? null : new Map(delayed);
    },
    async counts() {
      const counted = await Promise.all(
        [DEFAULT_LANE, ...STEP_LANES].map(async (lane) => {
          const counts = await ask(queueOf(lane), (queue) => queue.getJobCounts());
          return [lane, counts && toJobCounts(counts)] as const;
        }),
      );
      return counted.every((one): one is [string, JobCounts] => one[1] !== undefined)
        ? new Map(counted)
        : null;
    },
    async pauseOnly(lanes) {
      const done = [DEFAULT_LANE, ...STEP_LANES].map((lane) =>
        ask(queueOf(lane), async (queue) => {
          const isPaused = await queue.isPaused();
          if (lanes.has(lane) && !isPaused) await queue.pause();
          if (!lanes.has(lane) && isPaused) await queue.resume();
          return true;
        }),
      );
      return (await Promise.all(done)).every(Boolean);
    },
    async close() {
      const closing = [...queues.values()].map((queue) => queue.close());
      await within(Promise.all(closing), SEND_TIMEOUT_MS);
      await closeRedis(redis);
    },
  };
}

/** BullMQ scores a delayed job by its time in milliseconds times this, plus a sequence number. */
const DELAYED_SCORE = 0x1000;

const KEPT_WHILE_OPEN = { removeOnComplete: true, removeOnFail: true };

/** The worker that takes the job creates its span in this context. */
function carry(metadata: string | undefined): JobsOptions {
  return metadata === undefined ? {} : { telemetry: { metadata } };
}

function toJobCounts(counts: Record<string, number>): JobCounts {
  const { waiting = 0, prioritized = 0, paused = 0, active = 0, delayed = 0, failed = 0 } = counts;
  return { waiting: waiting + prioritized + paused, active, delayed, failed };
}
