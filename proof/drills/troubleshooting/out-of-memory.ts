import { countRows } from '../../oracles/rows.ts';
import { troubleDrill } from './trouble.ts';
import { waitUntil } from '@aio/tools/system/wait-until';

/** Limit of the heap. A container limits the whole process, which the kernel then kills: exit code 137. */
const TOO_LITTLE_MB = 48;
const INPUT = { text: 'x'.repeat(20_000) };
const RUNS = 200;

const workerEnv: Record<string, string> = {};

export const outOfMemory = troubleDrill({
  name: 'out-of-memory',
  symptom: 'a worker ends again and again: exit code 137, or 134 and "heap out of memory"',
  cause: 'its memory limit is too small for its slots and runs',
  cure: 'more memory, or fewer slots in WORKER_KINDS, a lower WORKER_MAX_RUNS',
  bed: {
    workers: 2,
    env: { WORKER_LEASE_MS: '2000' },
    processEnv: { 'worker-1': workerEnv },
  },
  async tryOut({ bed, seeLog, checks, progress }) {
    const { system, db } = bed;
    const [small, other] = system.workers;
    const heavy = await bed.createWorkflow('heavy', {
      first: bed.call('ms=500&bytes=230000'),
      second: {
        type: 'transform',
        needs: ['first'],
        with: { value: '${{ [steps.first.output.body, input.text] }}' },
      },
      third: { ...bed.call('ms=200'), needs: ['second'] },
    });
    await small!.signal('SIGTERM');
    workerEnv['NODE_OPTIONS'] = `--max-old-space-size=${TOO_LITTLE_MB}`;
    await small!.restart();
    // The small worker is alone, so it gets all runs.
    await other!.signal('SIGTERM');
    progress('fills its memory');
    const dead = small!.die();
    for (let index = 0; index < RUNS; index++) await bed.submit(heavy, INPUT);
    const exit = await Promise.race([dead, timeout()]);
    checks.note(exit === null ? 'the worker kept running' : `ended by ${exit.signal ?? exit.code}`);
    checks.that(exit !== null, `a heap of ${TOO_LITTLE_MB} MB was enough`);
    // The parent process sees the signal; a shell or a container sees 134.
    checks.that(exit?.signal === 'SIGABRT' || exit?.code === 134, 'the worker did not abort');
    await seeLog('worker-1', /heap out of memory/);
    progress('the other worker takes over its runs');
    await other!.restart();
    await waitUntil('no run is open', 60_000, async () => {
      return (await countRows(db, 'runs where finished_at is null')) === 0;
    });
    const lost = await countRows(db, `step_attempts where status = 'worker_lost'`);
    checks.note(`${lost} attempts lost and repeated`);
    checks.that(lost > 0, 'no step was running when the worker ended');
    progress('with more memory');
    delete workerEnv['NODE_OPTIONS'];
    await small!.restart();
    await other!.signal('SIGTERM');
    for (let index = 0; index < RUNS; index++) await bed.submit(heavy, INPUT);
    await bed.settle(60_000);
    await other!.restart();
  },
});

async function timeout(): Promise<null> {
  await new Promise((resolve) => setTimeout(resolve, 30_000));
  return null;
}
