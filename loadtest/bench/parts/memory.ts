import { setTimeout as sleep } from 'node:timers/promises';
import type { Definition } from '../../lib/definition.ts';
import { readMetric } from '../../lib/read-metric.ts';
import { waitUntil } from '../../lib/wait-until.ts';
import { type BenchSystem, startBenchSystem } from '../bench-system.ts';
import { submitAll } from '../contenders/contender.ts';
import { INSPECTABLE, type Inspector, openInspector } from '../measure/inspector.ts';
import { makePayload } from '../payload.ts';
import type { BenchPart } from '../part.ts';
import { formatFigure } from '../report.ts';

const RUNS = 1000;
const DONE = 10;
/** Waits shorter than a second, which a run is not released for: it is held as long as they follow each other. */
const DELAYS = 39;
const DELAY = '900ms';
const HELD_MS = 600_000;
const SETTLE_MS = 8_000;
const WITHIN_MS = 60_000;
const WORKFLOW = 'active';

/** Memory of a worker that holds a thousand runs, with a call of each under way. */
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
    await system.api.createWorkflow(activeWorkflow(system.simulator.url));
    const inspector = await openInspector(system.workerPids()[0] as number, system.workerLog(0));
    context.onEnd(inspector.close);

    // The same load, whose calls and delays end: what a worker builds up once is no part of a run.
    await submit(system, { ms: 10, delay: '1ms' });
    await waitUntil('the first runs have ended', WITHIN_MS, async () => {
      return (await count(system, 'runs where finished_at is not null')) === RUNS;
    });
    const before = await readHeap(inspector);
    await submit(system, { ms: HELD_MS, delay: DELAY });
    await waitUntil('a call of each run is under way', WITHIN_MS, async () => {
      return (await count(system, `steps where status = 'running' and step = 'call'`)) === RUNS;
    });
    const after = await readHeap(inspector);
    const held = await readMetric(system.workers[0]?.metricsUrl ?? '', 'aio_worker_runs_held');
    if (held !== RUNS) throw new Error(`${held} runs are held, not ${RUNS}`);
    // Its calls would be waited for.
    await system.workers[0]?.signal('SIGKILL');

    const heapPerRun = (after - before) / 1000 / RUNS;
    return {
      tables: [
        {
          title: `A worker with ${RUNS} active runs`,
          rows: [
            ['', ''],
            ['heap an active run, kB', formatFigure(heapPerRun)],
            ['heap without runs, MB', formatFigure(before / 1e6)],
          ],
        },
      ],
      measured: { heapPerRun },
      method: `an active run is counted with both of its sides: the orchestrator holds it, and an executor has a call of it under way. Each of ${RUNS} runs has ${DONE} of 50 steps done, an HTTP call whose answer does not come, and delays of ${DELAY} one after the other, for which a run is not released; heap in use after a collection of garbage (by the inspector), less the same when ${RUNS} such runs have ended; WORKER_MAX_RUNS=${RUNS}, WORKER_KINDS=http:${RUNS}`,
    };
  },
};

function activeWorkflow(simulatorUrl: string): Definition {
  const url = `\${{ '${simulatorUrl}/work?bytes=1000&ms=' + string(input.ms) }}`;
  const done = { type: 'transform', with: { value: makePayload() } } as const;
  const delay = { type: 'delay', with: { duration: '${{ input.delay }}' } } as const;
  const steps: Definition['steps'] = {};
  let last: string[] = [];
  for (let index = 0; index < DONE + DELAYS; index++) {
    const name = `s${index}`;
    steps[name] = { ...(index < DONE ? done : delay), needs: last };
    last = [name];
    if (index === DONE - 1) steps['call'] = { type: 'http', needs: last, with: { url } };
  }
  return { name: WORKFLOW, steps };
}

async function submit({ client }: BenchSystem, input: object): Promise<void> {
  await submitAll(RUNS, async (runs) => void (await client.submit(WORKFLOW, runs, input)));
}

async function count({ db }: BenchSystem, what: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>(`select count(*)::int as count from ${what}`);
  return rows[0]?.count ?? 0;
}

/** In bytes, of what is in use. */
async function readHeap(inspector: Inspector): Promise<number> {
  // Timers of what has just happened are gone by then, and so are connections that nobody uses: those of
  // the runs before would be used by the runs that are measured, and be no part of them.
  await sleep(SETTLE_MS);
  // Twice: what a first collection finalizes, the second one frees.
  await inspector.send('HeapProfiler.collectGarbage');
  await inspector.send('HeapProfiler.collectGarbage');
  return (await inspector.send<{ usedSize: number }>('Runtime.getHeapUsage')).usedSize;
}
