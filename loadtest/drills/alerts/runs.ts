import type { AlertDrill } from '../../lib/alert-drill/drill.ts';
import type { Stand } from '../../lib/alert-drill/stand.ts';
import { openDatabase } from '../../lib/database.ts';
import { SHORT_LEASE, STUCK_LIMIT_MS } from '../../lib/drill/settings.ts';
import { findRunner, waitForHolds } from '../../lib/drill/who-runs.ts';
import { waitUntil } from '../../lib/wait-until.ts';

/** Against four a second that succeed: the fastest burn wants 72 % of all runs to fail. */
const FAIL_EVERY_MS = 60;
/** With three retries each, against four calls a second that succeed at once. */
const RETRY_EVERY_MS = 200;
const CRASHES = 5;

export const RUN_DRILLS: readonly AlertDrill[] = [
  {
    name: 'failing-runs',
    what: 'what a workflow calls answers 503 each time, and the workflow does not try again',
    fires: [{ alert: 'RunSuccessBurn' }],
    also: [{ alert: 'RunsFailing' }],
    inject: failMostRuns,
  },
  {
    name: 'most-runs-fail',
    what: 'the same, until somebody is told that more than half of all runs fail',
    hard: true,
    fires: [{ alert: 'RunsFailing' }],
    also: [{ alert: 'RunSuccessBurn' }],
    inject: failMostRuns,
  },
  {
    name: 'retry-storm',
    what: 'what a workflow calls answers 503 three times, and the workflow tries again until it works',
    fires: [{ alert: 'RetryStorm', labels: { kind: 'http' } }],
    async inject(stand) {
      return submitCalls(stand, {
        everyMs: RETRY_EVERY_MS,
        failures: 3,
        retry: { maxAttempts: 4, delay: '50ms' },
      });
    },
  },
  {
    name: 'poison-step',
    what: 'whoever runs a certain step is killed (kill -9), five times',
    fires: [{ alert: 'PoisonStep' }],
    also: [{ alert: 'LeaseTakeovers' }, { alert: 'TargetDown', labels: { job: 'worker' } }],
    bed: { env: SHORT_LEASE },
    async inject({ bed, progress }) {
      const url = `${bed.system.simulator.url}/work?hold=deadly`;
      await bed.createWorkflow('render', {
        render: { type: 'http', with: { url }, timeout: '5m', onFailure: 'continue' },
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
    what: 'a transaction that somebody left open holds the row of a run that wants to go on',
    fires: [{ alert: 'StuckRuns', labels: { reason: 'unclaimed' } }],
    async inject({ bed, defer }) {
      await bed.createWorkflow('remind', {
        pause: { type: 'delay', with: { duration: '3s' } },
      });
      const run = await bed.submit('remind');
      await waitUntil('the run waits', 10_000, async () => {
        const { rows } = await bed.db.query('select from runs where id = $1 and status = $2', [
          run,
          'waiting',
        ]);
        return rows.length === 1;
      });
      const others = openDatabase(bed.servers.databaseUrl);
      defer(() => others.end());
      const somebody = await others.connect();
      await somebody.query('begin');
      await somebody.query('select from runs where id = $1 for update', [run]);
      return async () => {
        await somebody.query('rollback');
        somebody.release();
      };
    },
  },
];

function failMostRuns(stand: Stand) {
  return submitCalls(stand, { everyMs: FAIL_EVERY_MS, failures: 1 });
}

/** Runs of one call each, to which the first `failures` answers are 503. */
async function submitCalls(
  { bed, repeat }: Stand,
  {
    everyMs,
    failures,
    retry,
  }: { everyMs: number; failures: number; retry?: { maxAttempts: number; delay: string } },
) {
  const url = `${bed.system.simulator.url}/work?ms=5&fail=${failures}`;
  await bed.createWorkflow('sync', {
    call: { type: 'http', with: { url }, ...(retry && { retry }) },
  });
  const client = repeat(everyMs, () => bed.system.api.submitRun('sync'));
  return () => client.stop();
}
