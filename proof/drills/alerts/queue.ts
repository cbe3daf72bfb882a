import type { Definition } from '@aio/tools/system/definition';
import { findFault } from '../../alert-faults/all.ts';
import type { AlertDrill } from './kit/alert-drill.ts';
import { BUILDER, createPersonClient } from '../../bed/people.ts';

const HELD = 'busy';
const SLOTS = 4;
const WORKERS = 2;
/** Two runs make 80 calls of 0.8 s, which occupy all 8 slots for 8 s. So this rate is a third too high. */
const WIDE_EVERY_MS = 6000;

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
  { ...findFault('flood'), bed: { env: NIGHT_SLOTS, workers: WORKERS } },
  {
    name: 'paused-lane',
    what: 'a user pauses the lane of http steps and forgets to resume it',
    fires: [{ alert: 'OldestJobAge', labels: { queue: 'http' } }],
    // The steps' long wait is counted when they start. After the resume, workers load the whole backlog at once. That
    // takes seconds, which the shortened rules take for minutes.
    also: [
      { alert: 'QueueTimeBurn' },
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
    name: 'full-slots',
    what: 'calls that never end occupy every slot of all workers',
    fires: [{ alert: 'OldestJobAge' }],
    // Once they end, the calls count as slow, and the rest of the backlog has one owner.
    also: [{ alert: 'QueueTimeBurn' }, { alert: 'DependencySlow' }, { alert: 'OwnerBacklog' }],
    // One owner has all runs.
    bed: {
      env: { WORKER_KINDS: `http:${SLOTS},llm:${SLOTS}`, LANE_OWNER_SHARE: '1' },
      workers: WORKERS,
    },
    async inject({ bed }) {
      await bed.createWorkflow('export', { call: { ...bed.call(`hold=${HELD}`), timeout: '10m' } });
      for (let run = 0; run < 3 * WORKERS * SLOTS; run++) await bed.submit('export');
      return () => bed.system.simulator.release(HELD);
    },
  },
];
