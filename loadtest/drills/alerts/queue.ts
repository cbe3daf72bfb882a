import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import type { AlertDrill } from '../../lib/alert-drill/drill.ts';

const HELD = 'busy';
const SLOTS = 4;
const WORKERS = 2;
/** A run of 40 calls of 0.8 s keeps all slots for four seconds: a fourth more than can be done. */
const WIDE_EVERY_MS = 3000;
const STRAY_JOBS = 200;
const STRAY_FOR_MS = 3_600_000;
/** As the product names them. */
const LLM_QUEUE = { name: 'steps-llm', prefix: '{aio-steps-llm}' };

export const QUEUE_DRILLS: readonly AlertDrill[] = [
  {
    name: 'too-few-slots',
    what: `more calls than ${WORKERS} workers of ${SLOTS} slots can make: they wait seconds for a slot`,
    fires: [{ alert: 'QueueTimeBurn' }],
    also: [{ alert: 'OldestJobAge' }],
    bed: { env: { WORKER_KINDS: `http:${SLOTS},llm:${SLOTS}` }, workers: WORKERS },
    async inject({ bed, repeat }) {
      const { api, simulator } = bed.system;
      await bed.createWorkflow('import', {
        calls: {
          type: 'map',
          over: Array.from({ length: 40 }, (_, index) => index),
          concurrency: 40,
          step: { type: 'http', with: { url: `${simulator.url}/work?ms=800` } },
        },
      });
      const client = repeat(WIDE_EVERY_MS, () => api.submitRun('import'));
      return () => client.stop();
    },
  },
  {
    name: 'paused-lane',
    what: 'somebody pauses the lane of http steps and forgets it',
    fires: [{ alert: 'BacklogGrowsWhileIdle' }],
    // They have waited long, which is counted when they start at last. Then all that gathered is loaded
    // at once, for seconds that the shorter times take for minutes.
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
    what: 'calls that do not end hold every slot of all workers',
    fires: [{ alert: 'OldestJobAge' }],
    also: [{ alert: 'QueueTimeBurn' }],
    bed: { env: { WORKER_KINDS: `http:${SLOTS},llm:${SLOTS}` }, workers: WORKERS },
    async inject({ bed }) {
      const { simulator } = bed.system;
      await bed.createWorkflow('export', {
        call: {
          type: 'http',
          with: { url: `${simulator.url}/work?hold=${HELD}` },
          timeout: '10m',
        },
      });
      for (let run = 0; run < 3 * WORKERS * SLOTS; run++) await bed.submit('export');
      return () => simulator.release(HELD);
    },
  },
  {
    name: 'stray-jobs',
    what: `${STRAY_JOBS} jobs of llm steps that do not exist are to come in an hour, as if their runs were cancelled`,
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
      // As the runbook says: the reconcilers send again what rows want.
      return async () => {
        for await (const keys of redis.scanStream({ match: `${prefix}:${name}:*`, count: 1000 }))
          if ((keys as string[]).length > 0) await redis.unlink(keys as string[]);
      };
    },
  },
];
