import { ARRIVES_WITHIN } from '@aio/catalog/alerts/alert-times';
import type { ItemStepDefinition } from '@aio/tools/system/definition';
import { findFault } from '../../alert-faults/all.ts';
import type { AlertDrill } from './kit/alert-drill.ts';
import { STEADY_EVERY_MS } from '../../alert-faults/steady.ts';
import type { Stand } from './kit/stand.ts';
import { SHORT_LEASE, STUCK_LIMIT_MS } from '../kit/drill.ts';
import { countRows, findRunner, waitForHolds } from '../../oracles/rows.ts';
import { waitUntil } from '@aio/tools/system/wait-until';

/** Four runs a second succeed meanwhile. The fastest burn rate needs 72 % of all runs to fail. */
const FAIL_EVERY_MS = 60;
const CRASHES = 5;
/** Longer than a run may take. */
const LATE_AFTER = '80s';
/** Of all runs, once most of them fail. */
const FAILING_SHARE = `${Math.round((100 * STEADY_EVERY_MS) / (STEADY_EVERY_MS + FAIL_EVERY_MS))} %`;

export const RUN_DRILLS: readonly AlertDrill[] = [
  {
    name: 'failing-runs',
    what: 'a service that a workflow calls always answers 503, and the workflow does not retry',
    fires: [{ alert: 'RunSuccessBurn' }],
    also: [{ alert: 'RunsFailing' }, { alert: 'WorkflowFailing' }],
    inject: failMostRuns,
  },
  {
    name: 'most-runs-fail',
    what: 'a service that a workflow calls always answers 503, until an alert says that more than half of all runs fail',
    hard: true,
    fires: [{ alert: 'RunsFailing' }],
    also: [{ alert: 'RunSuccessBurn' }, { alert: 'WorkflowFailing' }],
    night: { firesWithin: ARRIVES_WITHIN.page, truth: FAILING_SHARE },
    inject: failMostRuns,
  },
  findFault('one-workflow-fails'),
  {
    name: 'late-runs',
    what: `a service that a workflow calls answers 503 once, and the workflow calls again after ${LATE_AFTER}`,
    fires: [{ alert: 'RunDurationBurn' }],
    also: [{ alert: 'TelemetryLost' }],
    async inject(stand) {
      return submitCalls(stand, {
        everyMs: FAIL_EVERY_MS,
        failures: 1,
        retry: { maxAttempts: 2, backoff: 'constant', delay: LATE_AFTER, maxDelay: LATE_AFTER },
      });
    },
  },
  findFault('slow-service'),
  {
    name: 'poison-step',
    what: 'the worker that runs a certain step is killed (kill -9), five times',
    fires: [{ alert: 'PoisonStep' }],
    also: [
      // A start keeps the event loop busy longer than the scaled rule allows.
      { alert: 'EventLoopLag', labels: { job: 'worker' } },
      { alert: 'LeaseTakeovers' },
      { alert: 'TargetDown', labels: { job: 'worker' } },
    ],
    bed: { env: SHORT_LEASE },
    async inject({ bed, progress }) {
      await bed.createWorkflow('render', {
        render: { ...bed.call('hold=deadly'), timeout: '5m', onFailure: 'continue' },
      });
      const run = await bed.submit('render');
      for (let crash = 1; crash <= CRASHES; crash++) {
        progress(`crash ${crash}`);
        await waitForHolds(bed, 'deadly', 1, STUCK_LIMIT_MS + 10_000);
        const worker = await findRunner(bed, run, 'render', 5000);
        await bed.kill(worker);
        await worker.restart();
      }
      return async () => {};
    },
  },
  {
    name: 'locked-run',
    what: 'an open transaction locks the row of a run that is due to continue',
    fires: [{ alert: 'StuckRuns', labels: { reason: 'unclaimed' } }],
    // The run that nobody claims is the oldest work of its owner.
    also: [{ alert: 'OwnerBacklog' }],
    async inject({ bed, defer }) {
      await bed.createWorkflow('remind', {
        pause: { type: 'delay', with: { duration: '3s' } },
      });
      const run = await bed.submit('remind');
      await waitUntil('the run waits', 10_000, () =>
        countRows(bed.db, `runs where id = $1 and status = 'waiting'`, [run]),
      );
      const blocker = await bed.db.connect();
      defer(() => blocker.release(true));
      await blocker.query('begin');
      await blocker.query('select from runs where id = $1 for update', [run]);
      return () => blocker.query('rollback');
    },
  },
];

function failMostRuns(stand: Stand) {
  return submitCalls(stand, { everyMs: FAIL_EVERY_MS, failures: 1 });
}

/** Submits runs of one call each. The first `failures` answers to a call are 503. */
async function submitCalls(
  { bed, repeat }: Stand,
  {
    everyMs,
    failures,
    retry,
  }: { everyMs: number; failures: number; retry?: ItemStepDefinition['retry'] },
) {
  const call = bed.call(`ms=5&fail=${failures}`);
  await bed.createWorkflow('sync', { call: { ...call, ...(retry && { retry }) } });
  return repeat(everyMs, () => bed.system.api.submitRun('sync')).stop;
}
