import { median } from '../../lib/median.ts';
import { chain, fan } from '../../lib/shapes.ts';
import { createAio } from '../contenders/aio.ts';
import { BATCHES } from '../contenders/contender.ts';
import type { BenchContext, BenchPart } from '../part.ts';
import { formatFigure, formatSpread } from '../report.ts';
import { startBenchSystem } from './bench-system.ts';

const STEP_MS = 20;
/** So few that the steps' waiting decides, not the cores that all processes share. */
const SLOTS = 2;
/** Printed beside: here the cores have a say. */
const MORE_SLOTS = [4, 8];
const ROUNDS_OF_MORE = 3;

/** So many that the last ones, of which a worker may have a few alone, are a small part. */
const MANY = { name: 'many-runs', shape: chain(10), runs: 150 };
const WIDE = { name: 'wide-run', shape: fan(1000), runs: 1 };
type Work = typeof MANY;

/** Until a process that has just begun is what it will be: with runs of its own, and with steps of another's. */
const WARM_UP: readonly Work[] = [
  { ...MANY, runs: 20 },
  { name: 'wide-warm-up', shape: fan(300), runs: 2 },
];

/** Steps that wait, on one worker and on two. */
export const spread: BenchPart = {
  name: 'spread',
  async run(context) {
    const few = await measure(context, SLOTS, context.rounds);
    const more = [];
    for (const slots of MORE_SLOTS) {
      more.push(await measure(context, slots, Math.min(context.rounds, ROUNDS_OF_MORE)));
    }
    return {
      tables: [few, ...more].map(({ table }) => table),
      measured: { twoWorkersManyRuns: few.gain(MANY), twoWorkersWideRuns: few.gain(WIDE) },
      settings: {
        'spread: method': `http steps against the simulator, which answers after ${STEP_MS} ms with 1 kB; WORKER_KINDS=http:${SLOTS}, so that one worker can do ${(SLOTS * 1000) / STEP_MS} steps/s, and ${MORE_SLOTS.join(' and ')} beside; ${context.rounds} rounds`,
      },
      figures: Object.assign({}, ...[few, ...more].map(({ figures }) => figures)),
    };
  },
};

async function measure(context: BenchContext, slots: number, rounds: number) {
  const env = { WORKER_KINDS: `http:${slots}` };
  const system = await startBenchSystem(context, { name: `aio${slots}`, workers: 2, env });
  // By default it takes 5 ms of its own for every call.
  await system.simulator.turn({ latencyMs: 0 });
  const url = `${system.simulator.url}/work?ms=${STEP_MS}&bytes=1000`;
  const work = { type: 'http', with: { url } } as const;
  const aio = createAio(system, { name: 'AIO', submission: BATCHES, work });
  const rates = new Map<string, number[]>();
  const keyOf = ({ name }: Work, workers: number) => `${slots} slots, ${name}, ${workers} workers`;
  const rateOf = (what: Work, workers: number) => rates.get(keyOf(what, workers)) ?? [];

  async function rate(what: Work, workers: number): Promise<void> {
    const ms = await aio.work(what, what.runs);
    const stepsPerSecond = (what.runs * what.shape.length * 1000) / ms;
    rates.set(keyOf(what, workers), [...rateOf(what, workers), stepsPerSecond]);
    context.say(`${keyOf(what, workers)}: ${Math.round(stepsPerSecond)} steps/s`);
  }

  const warmUp = async () => {
    for (const what of WARM_UP) await aio.work(what, what.runs);
  };
  await warmUp();
  for (let round = 0; round < rounds; round++) {
    for (const workers of round % 2 === 0 ? [1, 2] : [2, 1]) {
      await system.setWorkers(workers);
      await warmUp();
      await rate(MANY, workers);
      await rate(WIDE, workers);
    }
  }
  await system.stop();
  const gain = (what: Work) => median(rateOf(what, 2)) / median(rateOf(what, 1));
  const rows = [MANY, WIDE].map((what) => [
    `${what.name}: ${what.runs} x ${what.shape.length} steps`,
    ...[1, 2].map((count) => formatSpread(rateOf(what, count), median(rateOf(what, count)))),
    `${formatFigure(gain(what))}x`,
  ]);
  const title = `Steps per second, steps that wait ${STEP_MS} ms, ${slots} slots a worker`;
  return {
    table: { title, rows: [['', 'one worker', 'two workers', 'two : one'], ...rows] },
    gain,
    figures: Object.fromEntries(rates),
  };
}
