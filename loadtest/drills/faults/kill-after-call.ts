import type { Drill } from '../../lib/drill/drill.ts';
import { SETTLE_WITHIN_MS, STUCK_LIMIT_MS } from '../../lib/drill/settings.ts';
import { findRunner, readStep, waitForHolds } from '../../lib/drill/who-runs.ts';
import { waitUntil } from '../../lib/wait-until.ts';

/**
 * The simulator holds the call until the worker's path to PostgreSQL is cut. So the worker gets an answer that it
 * cannot commit.
 */
export const killAfterCall: Drill = {
  name: 'kill-after-call',
  what: 'kill -9 a worker that has the answer to its call but has not recorded it yet',
  limits: 'STUCK <= 20 s, FX <= 2',
  async run({ checks, full, startBed, progress }) {
    const bed = await startBed({ paths: ['worker-1', 'worker-2', 'worker-3'] });
    const { simulator } = bed.system;
    const workflow = 'after-call';
    await bed.system.api.createWorkflow({
      name: workflow,
      input: { type: 'object', properties: { hold: { type: 'string' } } },
      steps: {
        call: {
          type: 'http',
          with: { url: `${simulator.url}/work`, query: { hold: '${{ input.hold }}' } },
          timeout: '5m',
        },
      },
    });
    for (let round = 1; round <= (full ? 10 : 1); round++) {
      progress(`kill ${round}`);
      const hold = `answer-${round}`;
      const run = await bed.submit(workflow, { hold });
      await waitForHolds(bed, hold, 1, 10_000);
      const worker = await findRunner(bed, run, 'call', 10_000);
      const path = bed.path(worker.name, 'postgres');
      await path.set('cut');
      await simulator.release(hold);
      await waitUntil('the worker has the answer', 5000, async () => {
        return (await simulator.holds())[hold] === 0;
      });
      const before = await readStep(bed, run, 'call');
      checks.that(before?.status === 'running', `the step was ${before?.status} before the kill`);
      checks.that(before?.isRecorded === false, 'the result was recorded before the kill');
      await bed.kill(worker);
      await path.set('open');
      await Promise.all([worker.restart(), bed.settle(SETTLE_WITHIN_MS)]);
    }
    const verdict = await bed.judge();
    checks.rows(verdict, { stuckMs: STUCK_LIMIT_MS, fx: 2 });
    checks.that(
      verdict.mostCalls === 2,
      `FX is ${verdict.mostCalls}, not 2: the killed worker's call was not repeated once`,
    );
    checks.killed(bed.kills.length);
  },
};
