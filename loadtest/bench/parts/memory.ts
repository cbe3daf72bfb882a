import { setTimeout as sleep } from 'node:timers/promises';
import type { Definition, StepWork } from '../../lib/definition.ts';
import { readMetric } from '../../lib/read-metric.ts';
import { chain, stepName } from '../../lib/shapes.ts';
import { waitUntil } from '../../lib/wait-until.ts';
import { type BenchSystem, startBenchSystem } from '../bench-system.ts';
import { submitAll } from '../contenders/contender.ts';
import { INSPECTABLE, type Inspector, openInspector } from '../measure/inspector.ts';
import { makePayload } from '../payload.ts';
import type { BenchPart } from '../part.ts';
import { formatFigure } from '../report.ts';

const RUNS = 1000;
const STEPS = 50;
/** Steps of each run that are done before the measurement. */
const DONE = 10;
/** A worker does not release a run for a wait below one second. */
const DELAY = '900ms';
const CALL_MS = 600_000;
const SETTLE_MS = 8_000;
const WITHIN_MS = 60_000;
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
      ...INSPECTABLE,
    };
    const system = await startBenchSystem(context, { name: 'aio', workers: 1, env });
    const url = `\${{ '${system.simulator.url}/work?bytes=1000&ms=' + string(input.ms) }}`;
    await system.api.createWorkflow(workflow(CALLING, { type: 'http', with: { url } }, 1));
    const duration = '${{ input.delay }}';
    await system.api.createWorkflow(
      workflow(HELD, { type: 'delay', with: { duration } }, STEPS - DONE),
    );
    const inspector = await openInspector(system.workerPids()[0] as number, system.workerLog(0));
    context.onEnd(inspector.close);

    // Warm-up: memory that a worker allocates once does not count.
    await submit(system, CALLING, { ms: 1 });
    await submit(system, HELD, { delay: '1ms' });
    await waitFor(system, 'runs where finished_at is not null', 2 * RUNS);
    const before = await readHeap(inspector);
    await submit(system, CALLING, { ms: CALL_MS });
    await waitFor(system, `steps where kind = 'http' and status = 'running'`, RUNS);
    const calling = await readHeap(inspector);
    await requireHeld(system, 0);
    await submit(system, HELD, { delay: DELAY });
    await waitFor(system, `steps where kind = 'delay' and status = 'waiting'`, RUNS);
    const holding = await readHeap(inspector);
    await requireHeld(system, RUNS);
    // SIGTERM would wait for the calls.
    await system.workers[0]?.signal('SIGKILL');

    const perCall = (calling - before) / 1000 / RUNS;
    const perHeldRun = (holding - calling) / 1000 / RUNS;
    return {
      tables: [
        {
          title: `Heap of a worker with ${RUNS} runs of ${STEPS} steps`,
          rows: [
            ['', ''],
            ['without runs, MB', formatFigure(before / 1e6)],
            ['per run with a call under way, kB', formatFigure(perCall)],
            ['per held run, kB', formatFigure(perHeldRun)],
          ],
        },
      ],
      measured: { heapPerRun: Math.max(perCall, perHeldRun) },
      method: `the larger of two: ${RUNS} runs that the orchestrator released, each with an HTTP call under way in the executor; and as many more that the orchestrator holds, with delays of ${DELAY} one after the other. Each run has ${DONE} steps done, with outputs of 1 kB. Heap in use after a garbage collection (by the inspector), minus the heap after such runs have ended; WORKER_MAX_RUNS=${RUNS}, WORKER_KINDS=http:${RUNS}`,
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

async function submit({ api }: BenchSystem, name: string, input: object): Promise<void> {
  await submitAll(RUNS, async (runs) => void (await api.submitRuns(name, runs, input)));
}

async function waitFor({ db }: BenchSystem, what: string, expected: number): Promise<void> {
  await waitUntil(`${expected} ${what}`, WITHIN_MS, async () => {
    const text = `select count(*)::int as count from ${what}`;
    return (await db.query<{ count: number }>(text)).rows[0]?.count === expected;
  });
}

/** @throws Error when the worker's gauge differs */
async function requireHeld({ workers }: BenchSystem, expected: number): Promise<void> {
  const held = await readMetric(workers[0]?.metricsUrl ?? '', 'aio_worker_runs_held');
  if (held !== expected) throw new Error(`the worker holds ${held} runs, not ${expected}`);
}

/** @returns bytes in use */
async function readHeap(inspector: Inspector): Promise<number> {
  // By then timers and idle connections of earlier runs are gone. The measured runs must not reuse these connections.
  await sleep(SETTLE_MS);
  // The second collection frees objects that the first one finalized.
  await inspector.send('HeapProfiler.collectGarbage');
  await inspector.send('HeapProfiler.collectGarbage');
  return (await inspector.send<{ usedSize: number }>('Runtime.getHeapUsage')).usedSize;
}
