import { ARRIVES_WITHIN } from '@aio/catalog/alerts/alert-times';
import type { Definition } from '@aio/tools/system/definition';
import type { AlertDrill } from './kit/alert-drill.ts';
import { BUILDER, createPersonClient } from '../../bed/people.ts';

const HELD = 'busy';
const SLOTS = 4;
const WORKERS = 2;
/** Two runs make 80 calls of 0.8 s, which occupy all 8 slots for 8 s. So this rate is a third too high. */
const WIDE_EVERY_MS = 6000;
const FLOOD = { runs: 3000, batch: 500, callMs: 5000 };

/** Enough for the steady load when every call takes seconds, and few enough to flood. */
export const NIGHT_SLOTS = { WORKER_KINDS: 'http:32,llm:32' };

export const QUEUE_DRILLS: readonly AlertDrill[] = [
  {
    name: 'too-few-slots',
    what: `${WORKERS} workers with ${SLOTS} slots each get too many calls of two owners, which wait seconds for a slot`,
    fires: [{ alert: 'QueueTimeBurn' }],
    // One of the two owners has the last of the backlog.
    also: [{ alert: 'OldestJobAge' }, { alert: 'OwnerBacklog' }],
    bed: { env: { WORKER_KINDS: `http:${SLOTS},llm:${SLOTS}` }, workers: WORKERS },
    async inject({ bed, repeat }) {
      const steps: Definition['steps'] = {
        calls: {
          type: 'map',
          over: Array.from({ length: 40 }, (_, index) => index),
          concurrency: 40,
          step: bed.call('ms=800'),
        },
      };
      const builder = await createPersonClient(bed.system, BUILDER);
      await bed.createWorkflow('import', steps);
      await builder.createWorkflow({ name: 'sync', steps });
      return repeat(WIDE_EVERY_MS, () =>
        Promise.all([bed.system.api.submitRun('import'), builder.submitRun('sync')]),
      ).stop;
    },
  },
  {
    name: 'flood',
    what: `one owner submits ${FLOOD.runs} runs of ${FLOOD.callMs / 1000} s, more than ${WORKERS} workers with 32 slots each can do`,
    fires: [{ alert: 'OwnerBacklog' }],
    // All at once, they are hundreds of rows to write and to claim. And their calls take longer than others of the host.
    also: [
      { alert: 'DatabasePoolWaiting' },
      { alert: 'DependencySlow' },
      { alert: 'StepSlow', labels: { workflow: 'crawl' } },
    ],
    night: { firesWithin: ARRIVES_WITHIN.ticket, truth: BUILDER.username },
    bed: { env: NIGHT_SLOTS, workers: WORKERS },
    async inject({ bed }) {
      const builder = await createPersonClient(bed.system, BUILDER);
      await builder.createWorkflow({
        name: 'crawl',
        steps: { call: bed.call(`ms=${FLOOD.callMs}`) },
      });
      for (let runs = 0; runs < FLOOD.runs; runs += FLOOD.batch)
        await builder.submitRuns('crawl', FLOOD.batch);
      return () => builder.post('/bulk-jobs', { action: 'cancel', filter: { workflow: 'crawl' } });
    },
  },
  {
    name: 'paused-lane',
    what: 'a user pauses the lane of http steps and forgets to resume it',
    fires: [{ alert: 'OldestJobAge', labels: { queue: 'http' } }],
    // The steps' long wait is counted when they start. After the resume, workers load the whole backlog at once. That
    // takes seconds, which the shortened rules take for minutes.
    also: [{ alert: 'QueueTimeBurn' }, { alert: 'DatabasePoolWaiting', labels: { job: 'worker' } }],
    async inject({ bed }) {
      await bed.system.api.post('/queues/http/pause');
      return () => bed.system.api.post('/queues/http/resume');
    },
  },
  {
    name: 'full-slots',
    what: 'calls that never end occupy every slot of all workers',
    fires: [{ alert: 'OldestJobAge' }],
    // Once they end, the calls count as slow, and the rest of the backlog has one owner.
    also: [
      { alert: 'QueueTimeBurn' },
      { alert: 'DependencySlow' },
      { alert: 'StepSlow' },
      { alert: 'OwnerBacklog' },
    ],
    bed: { env: { WORKER_KINDS: `http:${SLOTS},llm:${SLOTS}` }, workers: WORKERS },
    async inject({ bed }) {
      await bed.createWorkflow('export', { call: { ...bed.call(`hold=${HELD}`), timeout: '10m' } });
      for (let run = 0; run < 3 * WORKERS * SLOTS; run++) await bed.submit('export');
      return () => bed.system.simulator.release(HELD);
    },
  },
];
