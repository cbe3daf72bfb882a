import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAio } from '../contenders/aio.ts';
import { BATCHES } from '../contenders/contender.ts';
import { startBenchSystem } from '../parts/bench-system.ts';
import { SHAPES } from '../parts/shapes.ts';
import type { BenchPart } from '../part.ts';
import { INSPECTABLE } from './inspector.ts';
import { startProfiler } from './profiler.ts';

const STEPS = 20_000;

/** Prints, for each shape, in which functions the worker's time goes; a first turn warms up. */
export const profileEngine: BenchPart = {
  name: 'profile',
  async run(context) {
    const { rounds } = context;
    const system = await startBenchSystem(context, { name: 'aio', workers: 1, env: INSPECTABLE });
    const aio = createAio(system, { name: 'AIO', submission: BATCHES });
    for (const shape of SHAPES) {
      const runs = Math.round(STEPS / shape.shape.length);
      await aio.work(shape, runs);
      const profiler = await startProfiler({
        pid: system.workerPids()[0] as number,
        logFile: system.workerLog(0),
        file: join(tmpdir(), `aio-${shape.name}-${process.pid}.cpuprofile`),
      });
      let ms = 0;
      for (let round = 0; round < rounds; round++) ms += await aio.work(shape, runs);
      const lines = await profiler.stop();
      const rate = (rounds * runs * shape.shape.length * 1000) / ms;
      console.log(`\n${shape.name}: ${Math.round(rate)} steps/s\n${lines.join('\n')}`);
    }
    return { tables: [], measured: {}, settings: {}, figures: {} };
  },
};
