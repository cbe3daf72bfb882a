import { holdContest, scoreTable, timeIdleRuns } from '../contest.ts';
import { createAio } from '../contenders/aio.ts';
import { SHAPES } from '../contenders/contender.ts';
import type { BenchPart } from '../part.ts';
import { startBenchSystem } from '../system.ts';

/** Measures steps that go through a lane and call a server that answers at once. */
export const http: BenchPart = {
  name: 'http',
  async run(context) {
    const system = await startBenchSystem(context);
    // By default the simulator adds 5 ms to every call.
    await system.simulator.turn({ latencyMs: 0 });
    const url = `${system.simulator.url}/work?bytes=1000`;
    const aio = createAio(system, { work: { type: 'http', with: { url } } });
    const { rates, cpu } = await holdContest([aio], SHAPES, context);
    const idle = await timeIdleRuns([aio], [SHAPES[0]], context);
    return {
      tables: [
        scoreTable('HTTP steps per second, one worker', rates),
        scoreTable('CPU of the worker process, µs per HTTP step', cpu),
        scoreTable('One idle run of HTTP steps, ms', idle),
      ],
      measured: {},
      method: `one worker with default settings; the simulator answers at once with 1 kB; ${context.rounds} rounds of 2 s for each shape, then one run at a time; no guard rail: compare with an older commit on the same machine`,
    };
  },
};
