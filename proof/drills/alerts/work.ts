import { setTimeout as sleep } from 'node:timers/promises';
import { ARRIVES_WITHIN } from '@aio/catalog/alerts/alert-times';
import type { Definition } from '@aio/tools/system/definition';
import type { AlertDrill } from './kit/alert-drill.ts';
import { STEADY_EVERY_MS } from '../../alert-faults/steady.ts';
import { BUILDER, createPersonClient } from '../../bed/people.ts';

const SLOTS = 4;
const WORKERS = 2;
/** Two runs make 80 calls of 0.8 s, which occupy all 8 slots for 8 s. So this rate is a third too high. */
const WIDE_EVERY_MS = 6000;
/** Four runs a second succeed meanwhile. */
const FAIL_EVERY_MS = 60;
/** Of all runs, once most of them fail. */
const FAILING_SHARE = `${Math.round((100 * STEADY_EVERY_MS) / (STEADY_EVERY_MS + FAIL_EVERY_MS))} %`;

/** Shorter than a lease, and than two of three scrapes. */
const BLOCKED_MS = 9_000;
const BLOCKED_EVERY_MS = 30_000;

/** Runs that fail or wait, and a worker that stands still. */
export const WORK_DRILLS: readonly AlertDrill[] = [
  {
    name: 'most-runs-fail',
    what: 'a service that a workflow calls always answers 503, and the workflow does not retry',
    hard: true,
    fires: [{ alert: 'RunsFailing' }],
    also: [{ alert: 'RunSuccessBurn' }, { alert: 'WorkflowFailing' }],
    night: { firesWithin: ARRIVES_WITHIN.page, truth: FAILING_SHARE },
    async inject({ bed, repeat }) {
      await bed.createWorkflow('sync', { call: bed.call('ms=5&fail=1') });
      return repeat(FAIL_EVERY_MS, () => bed.system.api.submitRun('sync')).stop;
    },
  },
  {
    name: 'too-few-slots',
    what: `${WORKERS} workers with ${SLOTS} slots each get too many calls of two owners, which wait seconds for a slot`,
    fires: [{ alert: 'QueueTimeBurn', labels: { window: '1h' } }],
    // One of the two owners has the last of the backlog.
    also: [{ alert: 'QueueTimeBurn' }, { alert: 'OldestJobAge' }, { alert: 'OwnerBacklog' }],
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
    name: 'paused-lane',
    what: 'a user pauses the lane of http steps and forgets to resume it',
    fires: [{ alert: 'OldestJobAge', labels: { queue: 'http' } }],
    also: [
      // The steps' long wait is counted when they start.
      { alert: 'QueueTimeBurn' },
      { alert: 'RunDurationBurn' },
      // After the resume, workers load the whole backlog at once.
      { alert: 'DatabasePoolWaiting', labels: { job: 'worker' } },
      // All runs of a drill have one owner.
      { alert: 'OwnerBacklog' },
    ],
    async inject({ bed }) {
      await bed.system.api.post('/queues/http/pause');
      return () => bed.system.api.post('/queues/http/resume');
    },
  },
  {
    name: 'blocked-worker',
    what: `one of two workers stands still for ${BLOCKED_MS / 1000} s of every ${BLOCKED_EVERY_MS / 1000} s`,
    hard: true,
    fires: [{ alert: 'EventLoopLag', labels: { job: 'worker' } }],
    also: [
      { alert: 'QueueTimeBurn' },
      { alert: 'LeaseTakeovers' },
      { alert: 'TargetDown', labels: { job: 'worker' } },
      { alert: 'TelemetryLost' },
    ],
    async inject({ bed, repeat }) {
      const [worker] = bed.system.workers;
      return repeat(BLOCKED_EVERY_MS, async () => {
        await worker!.signal('SIGSTOP');
        await sleep(BLOCKED_MS);
        await worker!.signal('SIGCONT');
      }).stop;
    },
  },
];
