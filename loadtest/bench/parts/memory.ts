import { setTimeout as sleep } from 'node:timers/promises';
import { chain, stepName } from '../../lib/shapes.ts';
import { BATCHES, submitAll } from '../contenders/contender.ts';
import { waitForEnd } from '../contenders/wait-for-end.ts';
import { readRssMb } from '../measure/process-cpu.ts';
import { readMetric } from '../measure/read-metric.ts';
import { makePayload } from '../payload.ts';
import type { BenchContext, BenchPart } from '../part.ts';
import { formatFigure } from '../report.ts';
import { INSPECTABLE, type Inspector, openInspector } from '../profile/inspector.ts';
import { type BenchSystem, startBenchSystem } from './bench-system.ts';

const RUNS = 1000;
const STEPS = 50;
/** The step whose call does not end. */
const HELD_AT = 10;
const HELD_MS = 600_000;
const SETTLE_MS = 8_000;
const WORKFLOW = 'held';

/** Memory of a worker with a call of a thousand runs each under way. */
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
    await system.api.createWorkflow(heldWorkflow(system.simulator.url));
    const pid = system.workerPids()[0] as number;
    const inspector = await openInspector(pid, system.workerLog(0));
    context.onEnd(inspector.close);

    // The same load, whose calls end: what a worker builds up once is no part of a run.
    await submit(system, 10);
    await waitForEnd(async () => (await countOpen(system)) === 0, { closely: false });
    const before = await readHeap(system, inspector);

    let rss = 0;
    const sampling = setInterval(() => (rss = Math.max(rss, readRssMb(pid))), 50);
    context.onEnd(() => clearInterval(sampling));
    await submit(system, HELD_MS);
    await waitForEnd(async () => (await countHeld(system)) === RUNS, { closely: false });
    const after = await readHeap(system, inspector);
    clearInterval(sampling);
    await killWorker(context, system);

    const heapPerRun = (after.heap - before.heap) / 1000 / RUNS;
    const externalPerRun = (after.external - before.external) / 1000 / RUNS;
    return {
      tables: [
        {
          title: `A worker with ${RUNS} active runs of ${STEPS} steps`,
          rows: [
            ['', ''],
            ['heap an active run, kB', formatFigure(heapPerRun)],
            ['memory outside the heap (buffers) an active run, kB', formatFigure(externalPerRun)],
            ['heap without runs, MB', formatFigure(before.heap / 1e6)],
            ['most RSS on the way there and there, MB', formatFigure(rss)],
          ],
        },
      ],
      measured: { heapPerRun, rss },
      settings: {
        'memory: method': `${RUNS} runs of ${STEPS} steps, of which ${HELD_AT} are done and one waits for an HTTP answer that does not come; heap by the worker's own gauge after a collection of garbage (by its inspector), less the same when ${RUNS} such runs have ended and their connections are closed; RSS is the most of every 50 ms; WORKER_MAX_RUNS=${RUNS}, WORKER_KINDS=http:${RUNS}`,
      },
      figures: { heapPerRun, externalPerRun, before, after, rss },
    };
  },
};

function heldWorkflow(simulatorUrl: string) {
  const value = makePayload();
  const steps = chain(STEPS).map((parents, index) => {
    const url = `\${{ '${simulatorUrl}/work?bytes=1000&ms=' + string(input.ms) }}`;
    const work =
      index === HELD_AT
        ? ({ type: 'http', with: { url } } as const)
        : ({ type: 'transform', with: { value } } as const);
    return [stepName(index), { ...work, needs: parents.map(stepName) }];
  });
  return { name: WORKFLOW, steps: Object.fromEntries(steps) };
}

async function submit({ client }: BenchSystem, ms: number): Promise<void> {
  await submitAll(RUNS, BATCHES, async (count) => {
    await client.submitMany(WORKFLOW, count, { ms });
  });
}

async function countOpen({ db }: BenchSystem): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    'select count(*)::int as count from runs where finished_at is null',
  );
  return rows[0]?.count ?? 0;
}

async function countHeld({ db }: BenchSystem): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*)::int as count from steps where status = 'running' and step = $1`,
    [stepName(HELD_AT)],
  );
  return rows[0]?.count ?? 0;
}

/** In bytes, of what is in use. */
async function readHeap(
  { workers }: BenchSystem,
  inspector: Inspector,
): Promise<{ heap: number; external: number }> {
  // Timers of what has just happened are gone by then, and so are connections that nobody uses: those of
  // the runs before would be used by the runs that are measured, and be no part of them.
  await sleep(SETTLE_MS);
  await inspector.send('HeapProfiler.collectGarbage');
  await inspector.send('HeapProfiler.collectGarbage');
  const url = workers[0]?.metricsUrl ?? '';
  return {
    heap: await readMetric(url, 'nodejs_heap_size_used_bytes'),
    external: await readMetric(url, 'nodejs_external_memory_bytes'),
  };
}

/** Its calls would be waited for. */
async function killWorker({ say }: BenchContext, { workers }: BenchSystem): Promise<void> {
  say('measured; the worker is killed with its calls');
  await workers[0]?.signal('SIGKILL');
}
