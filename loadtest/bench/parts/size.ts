import { median } from '../../lib/median.ts';
import { createAio } from '../contenders/aio.ts';
import { BATCHES } from '../contenders/contender.ts';
import { readCpuMs } from '../measure/process-cpu.ts';
import { makePayload } from '../payload.ts';
import type { BenchPart } from '../part.ts';
import { formatFigure, formatSpread } from '../report.ts';
import { startBenchSystem } from './bench-system.ts';

const LAYERS = 10;
const STEPS = 10_000;
/** For one of the engine's: one takes a quarter of a second, and the next a third more or less. */
const ROUNDS = 8;
/** They read the definitions, and have the code of both compiled. */
const WARM_UP_ROUNDS = 4;

/** As many steps and layers, in one run and in a hundred. */
const LARGE = { name: 'large', shape: layers(STEPS / LAYERS), runs: 1 };
const SMALL = { name: 'small', shape: layers(STEPS / LAYERS / 100), runs: 100 };

/** What a step costs in a large run and in a small one. */
export const size: BenchPart = {
  name: 'size',
  async run(context) {
    const system = await startBenchSystem(context, { name: 'aio', workers: 1, env: {} });
    const aio = createAio(system, {
      name: 'AIO',
      submission: BATCHES,
      // 10,000 literal outputs would not fit into one definition.
      work: { type: 'transform', with: { value: '${{ input.payload }}' } },
      input: { payload: makePayload() },
    });
    const figures = { large: { ms: [], cpu: [] }, small: { ms: [], cpu: [] } } as Record<
      string,
      { ms: number[]; cpu: number[] }
    >;
    const rounds = context.rounds * ROUNDS;
    for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
      for (const { runs, ...shape } of round % 2 === 0 ? [LARGE, SMALL] : [SMALL, LARGE]) {
        const cpuBefore = readCpuMs(system.workerPids());
        const ms = await aio.work(shape, runs);
        const cpuMs = readCpuMs(system.workerPids()) - cpuBefore;
        if (round < 0) continue;
        figures[shape.name]?.ms.push((ms * 1000) / STEPS);
        figures[shape.name]?.cpu.push((cpuMs * 1000) / STEPS);
        context.say(`${shape.name}: ${formatFigure((ms * 1000) / STEPS)} µs a step`);
      }
    }
    const of = ({ name }: { name: string }) => figures[name] ?? { ms: [], cpu: [] };
    const rows = [SMALL, LARGE].map((one) => {
      const { ms, cpu } = of(one);
      const name = `runs: ${one.runs}, steps of each: ${one.shape.length}`;
      return [name, formatSpread(ms, median(ms)), formatSpread(cpu, median(cpu))];
    });
    return {
      tables: [
        {
          title: 'A step in a small run and in a large one',
          rows: [['', 'µs', 'worker CPU, µs'], ...rows],
        },
      ],
      measured: { largeRun: median(of(LARGE).ms.map((ms, round) => ms / of(SMALL).ms[round]!)) },
      settings: {
        'size: method': `${STEPS} steps in ${LAYERS} layers, each step after two of the layer before, as one run and as a hundred runs at once; time from the submission to the last end; ${rounds} rounds after ${WARM_UP_ROUNDS} that are not counted; median of the ratios within a round`,
      },
      figures,
    };
  },
};

/** Each step waits for two of the layer before it. */
function layers(width: number): number[][] {
  return Array.from({ length: LAYERS * width }, (_, index) => {
    const above = Math.floor(index / width) * width - width;
    return above < 0 ? [] : [above + (index % width), above + ((index + 1) % width)];
  });
}
