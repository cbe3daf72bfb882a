import { DEFAULT_LANE } from '@aio/core/definition/kinds/kind';
import { QUEUES, queueOf, RUN_QUEUE, STEP_LANES, type StepJob } from '@aio/core/run/jobs';
import type { ReadyStep, WantedRun } from '@aio/core/run/storage';
import type { Queue, Telemetry } from 'bullmq';
import type { Queryable } from '../postgres/queryable.ts';
import { createQueueHolder } from './queue-holder.ts';
import { createQueueJobs, type JobContexts, type QueueJob } from './queue-jobs.ts';
import {
  closeRedis,
  createRedis,
  type OutageListeners,
  type RedisConnection,
} from '../redis/redis.ts';
import { within } from '../within.ts';

/** BullMQ's counts of a queue. */
export interface JobCounts {
  /** Includes jobs with a priority, which BullMQ counts separately, and jobs of a paused queue. */
  waiting: number;
  active: number;
  delayed: number;
  failed: number;
}

/** The share of its owner, or the pause or rate of a shared resource until a time. */
export type HeldBack = 'owner_share' | { resource: string; until: Date };

/** How jobs are traced. */
export interface QueueTracing extends JobContexts {
  /** Creates BullMQ's spans. */
  telemetry: Telemetry;
  /** Calls `send`, which sends once, in the run's trace, so that the producer span belongs to it; undefined = where it is. */
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
  /** What holds these jobs back, of those that something does. One round trip; null = Redis did not answer in time. */
  findHeldBack(lane: string, jobIds: readonly string[]): Promise<Map<string, HeldBack> | null>;
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
  const jobs = createQueueJobs(db, tracing);

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

  async function add(name: string, added: readonly QueueJob[]): Promise<boolean> {
    const [first] = added;
    if (first === undefined) return true;
    const isAdded = await ask(name, async (queue) => {
      if (added.length === 1) await queue.add(first.name, first.data, first.opts);
      else await queue.addBulk([...added]);
      return true;
    });
    return isAdded ?? false;
  }

  return {
    addRuns(runs) {
      const send = () => add(RUN_QUEUE, runs.map(jobs.ofRun));
      return tracing ? tracing.within(undefined, send) : send();
    },
    async addSteps(steps) {
      const sent = [...Map.groupBy(steps, ({ lane }) => lane)].flatMap(([lane, ofLane]) =>
        [...Map.groupBy(ofLane, (step) => tracing?.contextOfRun(step))].map(([trace, ofTrace]) => {
          const send = () => add(queueOf(lane), ofTrace.map(jobs.ofStep));
          return tracing ? tracing.within(trace, send) : send();
        }),
      );
      return (await Promise.all(sent)).every(Boolean);
    },
    async findMissing(lane, jobIds) {
      return (await ask(queueOf(lane), (queue) => readMissing(redis, queue, jobIds))) ?? null;
    },
    async findHeldBack(lane, jobIds) {
      return (await ask(queueOf(lane), (queue) => readHeldBack(redis, queue, jobIds))) ?? null;
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

/** `getJob` of BullMQ needs a round trip per job, and the reconciler asks for a thousand. */
async function readMissing(
  redis: RedisConnection,
  queue: Queue,
  jobIds: readonly string[],
): Promise<Set<string>> {
  const pipeline = redis.pipeline();
  for (const id of jobIds) pipeline.exists(queue.toKey(id));
  const answers = (await pipeline.exec()) ?? [];
  const refused = answers.find(([error]) => error)?.[0];
  if (refused) throw refused;
  return new Set(jobIds.filter((_, index) => answers[index]?.[1] === 0));
}

/** BullMQ scores a delayed job by its time in milliseconds times this, plus a sequence number. */
const DELAYED_SCORE = 0x1000;

async function readHeldBack(
  redis: RedisConnection,
  queue: Queue,
  jobIds: readonly string[],
): Promise<Map<string, HeldBack>> {
  const pipeline = redis.pipeline();
  for (const id of jobIds)
    pipeline.zscore(queue.toKey('delayed'), id).hget(queue.toKey(id), 'data');
  const answers = (await pipeline.exec()) ?? [];
  return new Map(
    jobIds.flatMap((id, index): [string, HeldBack][] => {
      const [score, data] = [answers[index * 2]?.[1], answers[index * 2 + 1]?.[1]];
      if (typeof data !== 'string') return [];
      const { resource, aboveShare = 0 } = JSON.parse(data) as StepJob;
      // Also between two delays, until it starts.
      if (aboveShare > 0) return [[id, 'owner_share']];
      if (typeof score !== 'string' || resource === null) return [];
      return [[id, { resource, until: new Date(Number(score) / DELAYED_SCORE) }]];
    }),
  );
}

function toJobCounts(counts: Record<string, number>): JobCounts {
  const { waiting = 0, prioritized = 0, paused = 0, active = 0, delayed = 0, failed = 0 } = counts;
  return { waiting: waiting + prioritized + paused, active, delayed, failed };
}
