import { median } from '../../lib/median.ts';
import { chain, fan } from '../../lib/shapes.ts';
import { createAio } from '../contenders/aio.ts';
import { BATCHES, type NamedShape } from '../contenders/contender.ts';
import type { BenchPart } from '../part.ts';
import { formatFigure, formatSpread } from '../report.ts';
import { startBenchSystem } from './bench-system.ts';

const STEP_MS = 20;
/** So few that the steps' waiting decides, not the cores that all processes share. */
const SLOTS = 8;

/** So many that the last ones, of which a worker may have a few alone, are a small part. */
const MANY = { name: 'many-runs', shape: chain(10), runs: 300 };
const WIDE = { name: 'wide-run', shape: fan(1000), runs: 1 };

/** Steps that wait, on one worker and on two. */
export const spread: BenchPart = {
  name: 'spread',
  async run(context) {
    const env = { WORKER_SLOTS: String(SLOTS) };
    const system = await startBenchSystem(context, { name: 'aio', workers: 2, env });
    // By default it takes 5 ms of its own for every call.
    await system.simulator.turn({ latencyMs: 0 });
    const url = `${system.simulator.url}/work?ms=${STEP_MS}&bytes=1000`;
    const work = { type: 'http', with: { url } } as const;
    const aio = createAio(system, { name: 'AIO', submission: BATCHES, work });
    const rates = new Map<string, number[]>();
    const keyOf = (name: string, workers: number) => `${name}, ${workers}`;

    async function measure({ runs, ...shape }: NamedShape & { runs: number }, workers: number) {
      const ms = await aio.work(shape, runs);
      const rate = (runs * shape.shape.length * 1000) / ms;
      const key = keyOf(shape.name, workers);
      rates.set(key, [...(rates.get(key) ?? []), rate]);
      context.say(`${shape.name}, ${workers} workers: ${Math.round(rate)} steps/s`);
    }

    await aio.work(MANY, 20);
    for (let round = 0; round < context.rounds; round++) {
      for (const workers of round % 2 === 0 ? [1, 2] : [2, 1]) {
        await system.setWorkers(workers);
        // A process that has just begun is not yet what it will be.
        await aio.work(MANY, 20);
        await measure(MANY, workers);
        await measure(WIDE, workers);
      }
    }
    const rateOf = ({ name }: NamedShape, workers: number) => rates.get(keyOf(name, workers)) ?? [];
    const gain = (shape: NamedShape) => median(rateOf(shape, 2)) / median(rateOf(shape, 1));
    const rows = [MANY, WIDE].map((shape) => [
      `${shape.name}: ${shape.runs} x ${shape.shape.length} steps`,
      ...[1, 2].map((count) => formatSpread(rateOf(shape, count), median(rateOf(shape, count)))),
      `${formatFigure(gain(shape))}x`,
    ]);
    return {
      tables: [
        {
          title: `Steps per second, steps that wait ${STEP_MS} ms, ${SLOTS} slots a worker`,
          rows: [['', 'one worker', 'two workers', 'two : one'], ...rows],
        },
      ],
      measured: { twoWorkersManyRuns: gain(MANY), twoWorkersWideRuns: gain(WIDE) },
      settings: {
        'spread: method': `http steps against the simulator, which answers after ${STEP_MS} ms with 1 kB; WORKER_SLOTS=${SLOTS}, so that one worker can do ${(SLOTS * 1000) / STEP_MS} steps/s; ${context.rounds} rounds`,
      },
      figures: Object.fromEntries(rates),
    };
  },
};
