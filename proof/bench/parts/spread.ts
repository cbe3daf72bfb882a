import { median } from '../../bed/quantile.ts';
import { chain, fan } from '@aio/loadtest/workflows/shapes';
import { createHttpAio } from '../contenders/aio.ts';
import { type BenchContext, type BenchPart, figureTable, type Table } from '../part.ts';
import { formatFigure } from '../report.ts';
import { startBenchSystem } from '../system.ts';

const FAN = { name: 'fan', shape: fan(1000) };
const FAN_STEP_MS = 500;
const FAN_SLOTS = { workers: 4, slots: 16 };

const STEP_MS = 20;
/** So few that the steps' duration limits the rate, not the cores that all processes share. */
const SLOTS = 2;
const MANY = { name: 'many-runs', shape: chain(10), runs: 60 };
const WIDE = { name: 'wide-run', shape: fan(600), runs: 1 };
/** For a process that has just started. */
const WARM_UP = { name: 'warm-up', shape: fan(50), runs: 4 };
type Work = typeof MANY;

/** Measures how busy slow steps keep the slots of four workers, and compares two workers with one. */
export const spread: BenchPart = {
  name: 'spread',
  async run(context) {
    const shares = await measureBusyShares(context);
    const { table, gain } = await compareWorkers(context);
    return {
      tables: [
        figureTable(
          `One run of 1,000 http steps of ${FAN_STEP_MS} ms, ${FAN_SLOTS.workers} workers with ${FAN_SLOTS.slots} slots each`,
          '%',
          { 'slots busy until the last step started': shares },
        ),
        table,
      ],
      measured: {
        busySlots: median(shares),
        twoWorkersManyRuns: gain(MANY),
        twoWorkersWideRun: gain(WIDE),
      },
      method: `busy slots from the start and end times of the steps' rows; one worker and two in turn, ${context.rounds} rounds, http steps that the simulator answers after ${STEP_MS} ms with 1 kB, ${SLOTS} slots per worker: one worker can execute ${(SLOTS * 1000) / STEP_MS} steps/s`,
    };
  },
};

/** @returns percent, of each round */
async function measureBusyShares(context: BenchContext): Promise<number[]> {
  const { workers, slots } = FAN_SLOTS;
  const env = { WORKER_KINDS: `http:${slots}` };
  const system = await startBenchSystem(context, { name: 'fan', workers, env });
  const aio = await createHttpAio(system, FAN_STEP_MS);
  const shares: number[] = [];
  for (let round = 0; round < context.rounds; round++) {
    await aio.work(FAN, 1);
    const { rows } = await system.db.query<Execution>(
      `select extract(epoch from started_at)::float8 as "startedAt",
         extract(epoch from finished_at)::float8 as "finishedAt"
       from steps where step not in ('s0', 's1001')
         and run_id = (select id from runs order by created_at desc limit 1)`,
    );
    shares.push(100 * busyShare(rows, workers * slots));
    context.say(`a fan of 1,000 on ${workers} workers: ${formatFigure(shares.at(-1)!)} %`);
  }
  await system.stop();
  return shares;
}

/** Start and end of a step, in seconds of one clock. */
interface Execution {
  startedAt: number;
  finishedAt: number;
}

/** Share of the slots' time in use from the first start to the last; afterwards no step is left to start. */
export function busyShare(executions: readonly Execution[], slots: number): number {
  const firstStart = Math.min(...executions.map((one) => one.startedAt));
  const lastStart = Math.max(...executions.map((one) => one.startedAt));
  const used = executions.reduce(
    (sum, { startedAt, finishedAt }) => sum + Math.min(finishedAt, lastStart) - startedAt,
    0,
  );
  return used / (slots * (lastStart - firstStart));
}

async function compareWorkers(
  context: BenchContext,
): Promise<{ table: Table; gain: (work: Work) => number }> {
  const env = { WORKER_KINDS: `http:${SLOTS}` };
  const system = await startBenchSystem(context, { name: 'two', workers: 2, env });
  const aio = await createHttpAio(system, STEP_MS);
  const rates = new Map<string, number[]>();
  const ratesOf = ({ name }: Work, workers: number) => rates.get(`${name} ${workers}`) ?? [];
  for (let round = 0; round < context.rounds; round++) {
    for (const workers of round % 2 === 0 ? [1, 2] : [2, 1]) {
      await system.setWorkers(workers);
      await aio.work(WARM_UP, WARM_UP.runs);
      for (const work of [MANY, WIDE]) {
        const ms = await aio.work(work, work.runs);
        const rate = (work.runs * work.shape.length * 1000) / ms;
        rates.set(`${work.name} ${workers}`, [...ratesOf(work, workers), rate]);
        context.say(`${workers} workers, ${work.name}: ${formatFigure(rate)} steps/s`);
      }
    }
  }
  const gain = (work: Work) => median(ratesOf(work, 2)) / median(ratesOf(work, 1));
  const rows = [MANY, WIDE].map((work) => [
    work.name,
    ratesOf(work, 1),
    ratesOf(work, 2),
    `${formatFigure(gain(work))}x`,
  ]);
  const title = `Steps per second, steps of ${STEP_MS} ms, ${SLOTS} slots per worker`;
  return {
    table: { title, rows: [['', 'one worker', 'two workers', 'two : one'], ...rows] },
    gain,
  };
}
