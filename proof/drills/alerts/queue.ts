import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import type { AlertDrill } from './kit/alert-drill.ts';

const HELD = 'busy';
const SLOTS = 4;
const WORKERS = 2;
/** A run makes 40 calls of 0.8 s, which occupy all 8 slots for 4 s. So this rate is a third too high. */
const WIDE_EVERY_MS = 3000;
const STRAY_JOBS = 200;
const STRAY_FOR_MS = 3_600_000;
/** Name and prefix of the product's queue. */
const LLM_QUEUE = { name: 'steps-llm', prefix: '{aio-steps-llm}' };

export const QUEUE_DRILLS: readonly AlertDrill[] = [
  {
    name: 'too-few-slots',
    what: `${WORKERS} workers with ${SLOTS} slots each get too many calls, which wait seconds for a slot`,
    fires: [{ alert: 'QueueTimeBurn' }],
    also: [{ alert: 'OldestJobAge' }],
    bed: { env: { WORKER_KINDS: `http:${SLOTS},llm:${SLOTS}` }, workers: WORKERS },
    async inject({ bed, repeat }) {
      await bed.createWorkflow('import', {
        calls: {
          type: 'map',
          over: Array.from({ length: 40 }, (_, index) => index),
          concurrency: 40,
          step: bed.call('ms=800'),
        },
      });
      return repeat(WIDE_EVERY_MS, () => bed.system.api.submitRun('import')).stop;
    },
  },
  {
    name: 'paused-lane',
    what: 'a user pauses the lane of http steps and forgets to resume it',
    fires: [{ alert: 'BacklogGrowsWhileIdle' }],
    // The steps' long wait is counted when they start. After the resume, workers load the whole backlog at once. That
    // takes seconds, which the shortened rules take for minutes.
    also: [
      { alert: 'OldestJobAge', labels: { queue: 'http' } },
      { alert: 'QueueTimeBurn' },
      { alert: 'DatabasePoolWaiting', labels: { job: 'worker' } },
    ],
    async inject({ bed }) {
      await bed.system.api.post('/queues/http/pause');
      return () => bed.system.api.post('/queues/http/resume');
    },
  },
  {
    name: 'full-slots',
    what: 'calls that never end occupy every slot of all workers',
    fires: [{ alert: 'OldestJobAge' }],
    also: [{ alert: 'QueueTimeBurn' }],
    bed: { env: { WORKER_KINDS: `http:${SLOTS},llm:${SLOTS}` }, workers: WORKERS },
    async inject({ bed }) {
      await bed.createWorkflow('export', { call: { ...bed.call(`hold=${HELD}`), timeout: '10m' } });
      for (let run = 0; run < 3 * WORKERS * SLOTS; run++) await bed.submit('export');
      return () => bed.system.simulator.release(HELD);
    },
  },
  {
    name: 'stray-jobs',
    what: `${STRAY_JOBS} delayed jobs belong to llm steps that do not exist, as if their runs had been cancelled`,
    fires: [{ alert: 'QueueCountsDiffer', labels: { queue: 'llm' } }],
    async inject({ bed, defer }) {
      const redis = new Redis(bed.servers.redisUrl, { maxRetriesPerRequest: null });
      defer(async () => redis.disconnect());
      const { name, prefix } = LLM_QUEUE;
      const queue = new Queue(name, { connection: redis, prefix });
      await queue.addBulk(
        Array.from({ length: STRAY_JOBS }, (_, index) => ({
          name: 'step',
          data: {},
          opts: { jobId: `stray-${index}`, delay: STRAY_FOR_MS },
        })),
      );
      // As the runbook says: delete the queue's keys. The reconcilers send the jobs that rows need.
      return async () => {
        for await (const keys of redis.scanStream({ match: `${prefix}:${name}:*`, count: 1000 }))
          if ((keys as string[]).length > 0) await redis.unlink(keys as string[]);
      };
    },
  },
];
