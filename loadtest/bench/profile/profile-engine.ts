import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAio } from '../parts/contenders.ts';
import { SHAPES } from '../parts/shapes.ts';
import type { BenchPart } from '../part.ts';
import { INSPECTABLE } from './inspector.ts';
import { startProfiler } from './profiler.ts';

const STEPS = 20_000;

/** Prints, for each shape, in which functions the worker's time goes; a first turn warms up. */
export const profileEngine: BenchPart = {
  name: 'profile',
  async run(context) {
    const { rounds, dataDir } = context;
    const { aio, system } = await startAio(context, { env: INSPECTABLE });
    const [worker] = system.workers;
    for (const shape of SHAPES) {
      const runs = Math.round(STEPS / shape.shape.length);
      await aio.work(shape, runs);
      const profiler = await startProfiler({
        pid: worker?.pid ?? 0,
        logFile: join(dataDir, `logs/${worker?.name}.log`),
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
