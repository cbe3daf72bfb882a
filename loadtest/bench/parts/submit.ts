import { median } from '../../lib/median.ts';
import { diamond, toNoOpWorkflow } from '../../lib/shapes.ts';
import { BATCHES, SINGLY, type Submission, submitAll } from '../contenders/contender.ts';
import { quantileOf } from '../../lib/quantile.ts';
import type { BenchPart } from '../part.ts';
import { formatFigure, formatSpread } from '../report.ts';
import { type BenchSystem, startBenchSystem } from './bench-system.ts';

const WORKFLOW = 'submitted';
const BATCH_RUNS = 10_000;
const SINGLE_RUNS = 1_500;
/** One after the other, of each. */
const LATENCIES = 1_500;
const TURN = 50;

/** How fast runs are accepted, with no worker that takes anything of the machine. */
export const submit: BenchPart = {
  name: 'submit',
  async run(context) {
    const system = await startBenchSystem(context, { name: 'aio', workers: 0, env: {} });
    await system.api.createWorkflow(toNoOpWorkflow(WORKFLOW, diamond()));
    const rates: Record<'batch' | 'single', number[]> = { batch: [], single: [] };
    for (let round = -1; round < context.rounds; round++) {
      const batch = await measureRate(system, BATCHES, BATCH_RUNS);
      const single = await measureRate(system, SINGLY, SINGLE_RUNS);
      if (round < 0) continue;
      rates.batch.push(batch);
      rates.single.push(single);
      context.say(`${Math.round(batch)} runs/s in batches, ${Math.round(single)} singly`);
    }
    const latencies = await measureLatencies(system);
    const rateRows = [
      [`${BATCHES.runsPerRequest} a request, ${BATCHES.atOnce} at once`, rates.batch],
      [`one a request, ${SINGLY.atOnce} at once`, rates.single],
    ] as const;
    const latencyRows = Object.entries(latencies).map(([name, ms]) => [
      name,
      ...[0.5, 0.99].map((share) => formatFigure(quantileOf(ms, share))),
    ]);
    return {
      tables: [
        {
          title: 'Runs accepted per second over HTTP',
          rows: [
            ['', 'runs/s'],
            ...rateRows.map(([name, values]) => [name, formatSpread(values, median(values))]),
          ],
        },
        {
          title: 'One at a time, ms',
          rows: [['', 'P50', 'P99'], ...latencyRows],
        },
      ],
      measured: {},
      settings: {
        'submit: method': `no worker; ${context.rounds} rounds of ${BATCH_RUNS} and ${SINGLE_RUNS} runs of a diamond; ${LATENCIES} submissions and INSERTs of one row of the same size (primary key, JSON), ${TURN} of each in turn`,
      },
      figures: { rates, latencies },
    };
  },
};

/** @returns runs per second */
async function measureRate(
  { client }: BenchSystem,
  submission: Submission,
  runs: number,
): Promise<number> {
  const startedAt = performance.now();
  await submitAll(runs, submission, async (count) => {
    if (submission.runsPerRequest === 1) await client.submitOne(WORKFLOW);
    else await client.submitMany(WORKFLOW, count);
  });
  return (runs * 1000) / (performance.now() - startedAt);
}

async function measureLatencies({ client, db }: BenchSystem): Promise<Record<string, number[]>> {
  await db.query('create table inserted (id uuid primary key, body json not null)');
  const insert = () =>
    db.query({
      name: 'insert',
      text: 'insert into inserted values (gen_random_uuid(), $1)',
      values: ['{}'],
    });
  const submission: number[] = [];
  const inserted: number[] = [];
  for (let turn = -1; turn < LATENCIES / TURN; turn++) {
    const times = [
      await time(TURN, () => client.submitOne(WORKFLOW)),
      await time(TURN, insert),
    ] as const;
    if (turn < 0) continue;
    submission.push(...times[0]);
    inserted.push(...times[1]);
  }
  return { 'POST /workflows/{name}/runs': submission, 'one INSERT': inserted };
}

async function time(times: number, work: () => Promise<unknown>): Promise<number[]> {
  const all: number[] = [];
  for (let index = 0; index < times; index++) {
    const startedAt = performance.now();
    await work();
    all.push(performance.now() - startedAt);
  }
  return all;
}
