import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Shape, StepWork } from '@aio/tools/system/definition';
import { median } from '../../bed/quantile.ts';
import { chain, parallel, toWorkflow } from '@aio/loadtest/workflows/shapes';
import type { BenchContext, BenchPart } from '../part.ts';
import { formatFigure } from '../report.ts';
import { startBenchSystem } from '../system.ts';

const WORKERS = 2;
const SINGLES = 10;
const EVERY_MS = 1000;
const PATIENCE_MS = 10_000;
/** Duration of each model call. */
const ANSWER_MS = 150;

interface Crowd {
  name: 'runs' | 'steps';
  title: string;
  runs: number;
  shape: Shape;
  /** Work of each step of the crowd. */
  work(simulatorUrl: string): StepWork;
  /** Work of the step of a single run, which competes with the crowd. */
  single(simulatorUrl: string): StepWork;
}

const call = (): StepWork => ({ type: 'llm', with: { model: 'openai/any', prompt: 'Answer.' } });
const request =
  (ms: number) =>
  (simulatorUrl: string): StepWork => ({
    type: 'http',
    with: { url: `${simulatorUrl}/work?ms=${ms}` },
  });

/** Work that is submitted first: runs that wait for a worker, and steps that wait in a lane. */
const CROWDS: readonly Crowd[] = [
  {
    name: 'runs',
    title: '10,000 runs of ten http steps of 50 ms',
    runs: 10_000,
    shape: chain(10),
    work: request(50),
    single: request(10),
  },
  {
    name: 'steps',
    title: `10,000 llm steps of ${ANSWER_MS} ms in one lane`,
    runs: 20,
    shape: parallel(500),
    work: call,
    single: call,
  },
];

/** Measures how long single runs of one workflow wait behind a crowd of another's. */
export const fairness: BenchPart = {
  name: 'fairness',
  async run(context) {
    const waits = {} as Record<Crowd['name'], number[]>;
    for (const crowd of CROWDS) waits[crowd.name] = await measureBehind(crowd, context);
    return {
      tables: [
        {
          title: 'Wait of a single run until its first step starts, s',
          rows: [
            ['behind', 'median', 'longest'],
            ...CROWDS.map(({ name, title }) => [
              title,
              median(waits[name]),
              Math.max(...waits[name]),
            ]),
          ],
        },
      ],
      measured: { fairRuns: Math.max(...waits.runs), fairSteps: Math.max(...waits.steps) },
      method: `${WORKERS} workers with default settings; ${SINGLES} single runs of another workflow, one per second; from accepted to the first step's start by the database's clock; the crowd still waits at the last run`,
    };
  },
};

/** @returns seconds that each single run waited @throws Error when the crowd ended too early */
async function measureBehind(
  { name, title, runs, shape, work, single }: Crowd,
  context: BenchContext,
): Promise<number[]> {
  const system = await startBenchSystem(context, { name, workers: WORKERS });
  const { api, db, simulator, submitMany } = system;
  await simulator.turn({ latencyMs: name === 'steps' ? ANSWER_MS : 0, firstTokenMs: 0 });
  await api.createWorkflow(toWorkflow('crowd', shape, work(simulator.url)));
  await api.createWorkflow(toWorkflow('single', chain(1), single(simulator.url)));
  context.say(`${title} are submitted`);
  await submitMany('crowd', runs);
  const ids: string[] = [];
  for (let nth = 0; nth < SINGLES; nth++) {
    await sleep(EVERY_MS);
    ids.push((await api.submitRun('single')).id);
  }
  await requireCrowd(db);
  // A run that has not started by then has missed the limit. It may wait for the whole crowd.
  await Promise.race([
    Promise.all(ids.map((id) => api.waitForRun(id))),
    sleep(PATIENCE_MS, undefined, { ref: false }),
  ]);
  const waits = await readWaits(db, ids);
  context.say(`waits, s: ${waits.map(formatFigure).join(', ')}`);
  await system.stop();
  return waits;
}

/** @throws Error when no run of the crowd is queued and none of its steps is ready */
async function requireCrowd(db: Pool): Promise<void> {
  const { rowCount } = await db.query(
    `select from runs r where workflow_name = 'crowd' and finished_at is null
       and (status = 'queued' or exists (select from steps where run_id = r.id and status = 'ready'))
     limit 1`,
  );
  if (rowCount === 0) throw new Error('the crowd ended before the last single run was submitted');
}

/** Seconds until each run's first step started; until now if none has started. */
async function readWaits(db: Pool, ids: readonly string[]): Promise<number[]> {
  const { rows } = await db.query<{ wait: number }>(
    `select extract(epoch from
       coalesce((select min(started_at) from steps where run_id = r.id), now()) - r.created_at
     )::float8 as wait
     from runs r where id = any($1::uuid[]) order by r.created_at`,
    [ids],
  );
  return rows.map((row) => row.wait);
}
