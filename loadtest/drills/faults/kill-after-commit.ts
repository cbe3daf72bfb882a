import type { Drill } from '../../lib/drill/drill.ts';
import { SETTLE_WITHIN_MS, STUCK_LIMIT_MS } from '../../lib/drill/settings.ts';
import { findRunner, readStep, waitForHolds } from '../../lib/drill/who-runs.ts';
import { waitUntil } from '../../lib/wait-until.ts';

/** PostgreSQL's answers are lost on the way, so the worker dies after the commit and before its confirmation. */
export const killAfterCommit: Drill = {
  name: 'kill-after-commit',
  what: 'kill -9 a worker whose result PostgreSQL has committed, before the worker gets the confirmation',
  limits: 'STUCK <= 20 s, FX 1',
  async run({ checks, full, startBed, progress }) {
    const bed = await startBed({ paths: ['worker-1', 'worker-2', 'worker-3'] });
    const { simulator } = bed.system;
    const workflow = 'after-commit';
    await bed.system.api.createWorkflow({
      name: workflow,
      input: { type: 'object', properties: { hold: { type: 'string' } } },
      steps: {
        call: {
          type: 'http',
          with: { url: `${simulator.url}/work`, query: { hold: '${{ input.hold }}' } },
          timeout: '5m',
        },
        next: { type: 'http', needs: ['call'], with: { url: `${simulator.url}/work` } },
      },
    });
    for (let round = 1; round <= (full ? 10 : 1); round++) {
      progress(`kill ${round}`);
      const hold = `commit-${round}`;
      const run = await bed.submit(workflow, { hold });
      await waitForHolds(bed, hold, 1, 10_000);
      const worker = await findRunner(bed, run, 'call', 10_000);
      const path = bed.path(worker.name, 'postgres');
      await path.set('answers lost');
      await simulator.release(hold);
      await waitUntil('the result is committed', 5000, async () => {
        return (await readStep(bed, run, 'call'))?.isRecorded;
      });
      await bed.kill(worker);
      await path.set('open');
      await Promise.all([worker.restart(), bed.settle(SETTLE_WITHIN_MS)]);
    }
    checks.rows(await bed.judge(), { stuckMs: STUCK_LIMIT_MS, fx: 1 });
    checks.killed(bed.kills.length);
  },
};
