import { holdContest, warmUp, WARM_UP_STEPS } from '../contest.ts';
import { createHttpAio } from '../contenders/aio.ts';
import { SHAPES } from '../contenders/contender.ts';
import { openMeter } from '../meter.ts';
import type { BenchPart } from '../part.ts';
import { cpuTable, paceOf, type Sample, scoreTable } from '../scores.ts';
import { startBenchSystem } from '../system.ts';

const SLOTS = [64, 128, 256];
const CALLS_MS = [0, 20, 200];
/** Enough for 1,500 steps to be ready at once. */
const FANS = { ...SHAPES[1], runs: 15 };

/** Measures how many slots of the http lane one worker can use, by the time of a call. */
export const slots: BenchPart = {
  name: 'slots',
  async run(context) {
    const systems = [];
    for (const count of SLOTS) {
      const env = { WORKER_KINDS: `http:${count}` };
      const system = await startBenchSystem(context, { name: `slots-${count}`, env });
      const contender = await createHttpAio(system, 0, `${count} slots`);
      systems.push({ system, contender });
    }
    const contenders = systems.map(({ contender }) => contender);
    const meter = await openMeter(context);
    await warmUp(contenders, [FANS]);
    const samples: Sample[] = [];
    for (const ms of CALLS_MS) {
      await Promise.all(systems.map(({ system }) => system.simulator.turn({ latencyMs: ms })));
      const all = await holdContest(contenders, [FANS], { ...context, meter });
      samples.push(...all.map((sample) => ({ ...sample, shape: `calls of ${ms} ms` })));
    }
    return {
      tables: [
        scoreTable('HTTP steps per second, one worker', paceOf(samples)),
        cpuTable('HTTP steps', samples),
      ],
      measured: {},
      method: `three systems in turn; ${WARM_UP_STEPS} steps of warm-up, then ${context.rounds} rounds of ${FANS.runs} ${FANS.name} for each time of a call`,
    };
  },
};
