import { setTimeout as sleep } from 'node:timers/promises';
import type { Definition, StepWork } from '@aio/tools/system/definition';
import { collectGarbage, readHeapBytes } from '@aio/tools/system/heap';
import { readMetric } from '@aio/tools/system/read-metric';
import { chain, stepName } from '@aio/loadtest/workflows/shapes';
import type { SystemWorker } from '@aio/tools/system/system';
import { makePayload } from '../contenders/contender.ts';
import { type BenchPart, figureTable } from '../part.ts';
import { startBenchSystem } from '../system.ts';

const RUNS = 1000;
const STEPS = 50;
/** Steps of each run that are done before the measurement. */
const DONE = 10;
/** A worker does not release a run for a wait below one second. */
const DELAY = '900ms';
const CALL_MS = 600_000;
const SETTLE_MS = 8_000;
const CALLING = 'calling';
const HELD = 'held';

/** Measures a worker's heap with 1,000 calls under way, then with 1,000 more runs held. */
export const memory: BenchPart = {
  name: 'memory',
  async run(context) {
    const env = {
      WORKER_MAX_RUNS: String(RUNS),
      WORKER_KINDS: `http:${RUNS}`,
      WORKER_GRACE_MS: '0',
    };
    const { api, simulator, workers, submitMany, waitForRows } = await startBenchSystem(context, {
      env,
    });
    const [worker] = workers as [SystemWorker];
    const url = `\${{ '${simulator.url}/work?bytes=1000&ms=' + string(input.ms) }}`;
    await api.createWorkflow(workflow(CALLING, { type: 'http', with: { url } }, 1));
    const duration = '${{ input.delay }}';
    await api.createWorkflow(workflow(HELD, { type: 'delay', with: { duration } }, STEPS - DONE));

    // Warm-up: memory that a worker allocates once does not count.
    await submitMany(CALLING, RUNS, { ms: 1 });
    await submitMany(HELD, RUNS, { delay: '1ms' });
    await waitForRows('runs where finished_at is not null', 2 * RUNS);
    const before = await readHeap(worker);
    await submitMany(CALLING, RUNS, { ms: CALL_MS });
    await waitForRows(`steps where kind = 'http' and status = 'running'`, RUNS);
    const calling = await readHeap(worker);
    await requireHeld(worker, 0);
    await submitMany(HELD, RUNS, { delay: DELAY });
    await waitForRows(`steps where kind = 'delay' and status = 'waiting'`, RUNS);
    const holding = await readHeap(worker);
    await requireHeld(worker, RUNS);
    // SIGTERM would wait for the calls.
    await worker.signal('SIGKILL');

    const perCall = (calling - before) / 1000 / RUNS;
    const perHeldRun = (holding - calling) / 1000 / RUNS;
    return {
      tables: [
        figureTable(`Heap of a worker with ${RUNS} runs of ${STEPS} steps`, '', {
          'without runs, MB': before / 1e6,
          'per run with a call under way, kB': perCall,
          'per held run, kB': perHeldRun,
        }),
      ],
      measured: { heapPerRun: Math.max(perCall, perHeldRun) },
      method: `the larger of two: ${RUNS} runs that the orchestrator released, each with an HTTP call under way in the executor; and as many more that the orchestrator holds, with delays of ${DELAY} one after the other. Each run has ${DONE} steps done, with outputs of 1 kB. Heap in use after a garbage collection, minus the heap after such runs have ended; WORKER_MAX_RUNS=${RUNS}, WORKER_KINDS=http:${RUNS}`,
    };
  },
};

/** A chain of STEPS steps with outputs of 1 kB; `count` steps after the first DONE ones are `step` instead. */
function workflow(name: string, step: StepWork, count: number): Definition {
  const common: StepWork = { type: 'transform', with: { value: makePayload() } };
  const steps = chain(STEPS).map((parents, index) => {
    const isOther = index >= DONE && index < DONE + count;
    return [stepName(index), { ...(isOther ? step : common), needs: parents.map(stepName) }];
  });
  return { name, steps: Object.fromEntries(steps) as Definition['steps'] };
}

/** @throws Error when the worker's gauge differs */
async function requireHeld({ metricsUrl }: SystemWorker, expected: number): Promise<void> {
  const held = await readMetric(metricsUrl, 'aio_worker_runs_held');
  if (held !== expected) throw new Error(`the worker holds ${held} runs, not ${expected}`);
}

/** @returns bytes in use */
async function readHeap({ metricsUrl }: SystemWorker): Promise<number> {
  // By then timers and idle connections of earlier runs are gone. The measured runs must not reuse these connections.
  await sleep(SETTLE_MS);
  // The second collection frees objects that the first one finalized.
  await collectGarbage(metricsUrl);
  await collectGarbage(metricsUrl);
  return readHeapBytes(metricsUrl);
}
