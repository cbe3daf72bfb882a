import { type PathState, startTcpPath } from '@aio/platform/testing/tcp-path';
import type { Bed } from '../bed/bed.ts';
import { type Drill, type DrillContext, STUCK_LIMIT_MS } from '../drills/kit/drill.ts';
import { type StepRow, findRunner, readStep, waitForHolds } from '../oracles/rows.ts';
import { waitUntil } from '@aio/tools/system/wait-until';

/** The path to the called service is cut, so the worker commits the step's start but its call does not arrive. */
export const killBeforeCall: Drill = {
  name: 'kill-before-call',
  what: 'kill -9 a worker that has recorded the start of a step but has not made its call yet',
  limits: 'STUCK <= 20 s, FX 1',
  async run({ checks, full, startBed, defer, progress }) {
    const bed = await startBed();
    const { simulator } = bed.system;
    const outside = await startTcpPath(simulator.url);
    defer(() => outside.close());
    const workflow = await bed.createWorkflow('before-call', {
      call: {
        type: 'http',
        with: { url: outside.through(`${simulator.url}/work`) },
        timeout: '5m',
      },
    });
    for (let round = 1; round <= (full ? 10 : 1); round++) {
      progress(`kill ${round}`);
      await outside.set('cut');
      const run = await bed.submit(workflow);
      const worker = await findRunner(bed, run, 'call', 10_000);
      const { byKey } = await simulator.calls();
      checks.that(byKey[`${run}-call--1`] === undefined, 'the call arrived before the kill');
      await bed.kill(worker);
      await outside.set('open');
      await Promise.all([worker.restart(), bed.settle()]);
    }
    checks.rows(await bed.judge(), { stuckMs: STUCK_LIMIT_MS, fx: 1 });
  },
};

/** The path is cut, so the worker gets an answer that it cannot commit. */
export const killAfterCall: Drill = {
  name: 'kill-after-call',
  what: 'kill -9 a worker that has the answer to its call but has not recorded it yet',
  limits: 'STUCK <= 20 s, FX <= 2',
  async run(context) {
    const { checks } = context;
    const bed = await killWorkers(context, 'cut', async ({ system }, hold, look) => {
      await waitUntil('the worker has the answer', 5000, async () => {
        return (await system.simulator.holds())[hold] === 0;
      });
      const step = await look();
      checks.that(step?.status === 'running', `the step was ${step?.status} before the kill`);
      checks.that(step?.isRecorded === false, 'the result was recorded before the kill');
    });
    const verdict = await bed.judge();
    checks.rows(verdict, { stuckMs: STUCK_LIMIT_MS, fx: 2 });
    checks.that(
      verdict.mostCalls === 2,
      `FX is ${verdict.mostCalls}, not 2: the killed worker's call was not repeated once`,
    );
  },
};

/** PostgreSQL's answers are lost on the way, so the worker dies after the commit and before its confirmation. */
export const killAfterCommit: Drill = {
  name: 'kill-after-commit',
  what: 'kill -9 a worker whose result PostgreSQL has committed, before the worker gets the confirmation',
  limits: 'STUCK <= 20 s, FX 1',
  async run(context) {
    const bed = await killWorkers(context, 'answers lost', async (_bed, _hold, look) => {
      await waitUntil('the result is committed', 5000, async () => (await look())?.isRecorded);
    });
    context.checks.rows(await bed.judge(), { stuckMs: STUCK_LIMIT_MS, fx: 1 });
  },
};

/**
 * The simulator holds a call until the path from its worker to PostgreSQL has this state. The worker then gets the
 * answer, and is killed at the `moment`.
 */
async function killWorkers(
  { full, startBed, progress }: DrillContext,
  state: PathState,
  moment: (bed: Bed, hold: string, look: () => Promise<StepRow | null>) => Promise<void>,
): Promise<Bed> {
  const bed = await startBed({ paths: ['worker-1', 'worker-2', 'worker-3'] });
  const { simulator } = bed.system;
  for (let round = 1; round <= (full ? 10 : 1); round++) {
    progress(`kill ${round}`);
    const hold = `answer-${round}`;
    const workflow = await bed.createWorkflow(hold, {
      call: { ...bed.call(`hold=${hold}`), timeout: '5m' },
      next: { ...bed.call('ms=0'), needs: ['call'] },
    });
    const run = await bed.submit(workflow);
    await waitForHolds(bed, hold, 1, 10_000);
    const worker = await findRunner(bed, run, 'call', 10_000);
    const path = bed.path(worker.name, 'postgres');
    await path.set(state);
    await simulator.release(hold);
    await moment(bed, hold, () => readStep(bed, run, 'call'));
    await bed.kill(worker);
    await path.set('open');
    await Promise.all([worker.restart(), bed.settle()]);
  }
  return bed;
}
