import { type Drill, SHORT_LEASE, STUCK_LIMIT_MS } from '../drills/kit/drill.ts';
import { findRunner, readStep, waitForHolds } from '../oracles/rows.ts';

/** PostgreSQL counts the crashes, not the queue. */
const CRASHES = 5;

/** Acts like a step that kills its process: kills the worker as soon as the step's call is out. */
export const poison: Drill = {
  name: 'poison',
  what: 'a step that kills its worker each time (kill -9), next to other steps and runs',
  limits: 'poison at exactly 5 crashes; neighbours succeed; STUCK <= 20 s',
  async run({ checks, startBed, progress }) {
    const bed = await startBed({ env: SHORT_LEASE });
    const call = (query: string) => ({ ...bed.call(query), timeout: '5m' });
    // Neighbours run long enough for an early kill to hit them too.
    const deadly = await bed.createWorkflow('deadly', {
      deadly: { ...call('hold=deadly'), onFailure: 'continue' },
      sibling: call('ms=1500'),
      after: { ...call('ms=10'), needs: ['deadly', 'sibling'], join: 'all_settled' },
    });
    const harmless = await bed.createWorkflow('harmless', {
      first: call('ms=1500'),
      last: { ...call('ms=10'), needs: ['first'] },
    });
    const run = await bed.submit(deadly);
    for (let index = 0; index < 4; index++) await bed.submit(harmless);

    for (let crash = 1; crash <= CRASHES; crash++) {
      progress(`crash ${crash}`);
      await waitForHolds(bed, 'deadly', 1, STUCK_LIMIT_MS + 10_000);
      const worker = await findRunner(bed, run, 'deadly', 5000);
      const step = await readStep(bed, run, 'deadly');
      checks.that(
        step?.status === 'running',
        `after ${crash - 1} crashes the step is ${step?.status}`,
      );
      await bed.kill(worker);
      await worker.restart();
    }
    await bed.settle();
    const step = await readStep(bed, run, 'deadly');
    checks.note(`${step?.crashes} crashes: ${step?.error?.code}`);
    checks.that(
      step?.error?.code === 'poison',
      `the step ended as ${step?.status} ${step?.error?.code}`,
    );
    checks.that(step?.crashes === CRASHES, `PostgreSQL counts ${step?.crashes} crashes`);
    const { rows: harmed } = await bed.db.query<{ step: string; status: string; code: string }>(
      `select step, status, error->>'code' as code from steps
       where not (run_id = $1 and step = 'deadly') and status <> 'succeeded'`,
      [run],
    );
    for (const { step, status, code } of harmed)
      checks.that(false, `neighbour ${step} is ${status} ${code}`);
    checks.rows(await bed.judge(), { stuckMs: STUCK_LIMIT_MS });
  },
};
