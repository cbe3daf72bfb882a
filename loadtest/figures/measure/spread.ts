import type { Pool } from 'pg';
import { openDatabase } from '../../lib/database.ts';
import type { Definition } from '../../lib/definition.ts';
import { stepName } from '../../lib/shapes.ts';
import { startSystem } from '../../lib/system.ts';
import { SIMULATOR_INPUT, workUrl } from '../../lib/simulator-work.ts';
import type { FigureGroup } from '../lib/figure.ts';
import type { Bench } from '../lib/run-figures.ts';
import { type Execution, measureUsage } from '../lib/usage.ts';

const WORKERS = [4, 1];
const LEAST_SHARE = 0.9;
/** Of the time that full slots from the first to the last moment would take. */
const MOST_OF_IDEAL = 1.25;
/** Of an even share: nobody looks on. */
const LEAST_OF_EVEN = 0.5;
const POINTS = 20;
const WORKFLOW = 'wide';

interface Rule {
  default: number;
  least: number;
}
type Rules = { steps: Rule; ms: Rule; slots: Rule };

/** One wide run, on four workers and on one alone. */
export async function measureSpread(bench: Bench<Rules>): Promise<FigureGroup[]> {
  const groups: FigureGroup[] = [];
  for (const workers of WORKERS) {
    bench.say(`spread: ${bench.options.steps} steps on ${workers} workers`);
    groups.push(await measureOn(workers, bench));
  }
  return groups;
}

async function measureOn(
  workers: number,
  { servers, dataDir, searchPath, options: { steps, ms, slots } }: Bench<Rules>,
): Promise<FigureGroup> {
  const db = openDatabase(servers.databaseUrl);
  const env = { PATH: searchPath, WORKER_KINDS: `http:${slots}` };
  const system = await startSystem({ ...servers, workers, dataDir, env });
  try {
    const input = { simulator: system.simulator.url };
    await system.api.createWorkflow(toWorkflow(steps, ms));
    const startedAt = performance.now();
    const { id } = await system.api.submitRun(WORKFLOW, input);
    const { status } = await system.api.waitForRun(id);
    const seconds = (performance.now() - startedAt) / 1000;
    if (status !== 'succeeded') throw new Error(`the run ${status}`);
    const usage = measureUsage(await readExecutions(db, id), workers * slots, POINTS);
    const idealSeconds = (Math.ceil(steps / (workers * slots)) * ms) / 1000;
    const even = steps / workers;
    return {
      title: `${steps} steps of ${ms} ms in one run, ${workers} workers of ${slots} slots`,
      figures: [
        { name: 'ideal', value: idealSeconds, unit: 's' },
        {
          name: 'submitted to the end of the run',
          value: seconds,
          unit: 's',
          limit: { most: idealSeconds * MOST_OF_IDEAL },
        },
        {
          name: 'slots used until the last step began',
          value: 100 * usage.share,
          unit: '%',
          limit: { least: 100 * LEAST_SHARE },
        },
        {
          name: 'workers that took part',
          value: usage.byWorker.length,
          unit: '',
          limit: { least: workers },
        },
        {
          name: 'steps of the worker with the fewest',
          value: usage.byWorker.at(-1) ?? 0,
          unit: '',
          limit: { least: even * LEAST_OF_EVEN },
        },
      ],
      notes: [
        `steps by worker: ${usage.byWorker.join(', ')}`,
        `slots used, every ${(usage.seconds / POINTS).toFixed(2)} s: ${usage.course.join(' ')}`,
      ],
    };
  } finally {
    await Promise.all([system.stop(), db.end()]);
  }
}

function toWorkflow(count: number, ms: number): Definition {
  const steps = Array.from({ length: count }, (_, index) => [
    stepName(index),
    { type: 'http', with: { url: workUrl(ms) } },
  ]);
  return {
    name: WORKFLOW,
    input: SIMULATOR_INPUT,
    steps: Object.fromEntries(steps) as Definition['steps'],
  };
}

async function readExecutions(db: Pool, runId: string): Promise<Execution[]> {
  const { rows } = await db.query<Execution>(
    `select worker_id as worker, extract(epoch from started_at)::float8 as "startedAt",
       extract(epoch from finished_at)::float8 as "finishedAt"
     from steps where run_id = $1`,
    [runId],
  );
  return rows;
}
