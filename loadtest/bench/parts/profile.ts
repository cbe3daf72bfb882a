import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../lib/own-servers.ts';
import { startBenchSystem } from '../bench-system.ts';
import { createAio } from '../contenders/aio.ts';
import { INSPECTABLE, openInspector } from '../measure/inspector.ts';
import { type CpuProfile, findSelfTimes } from '../measure/self-times.ts';
import type { BenchPart, Table } from '../part.ts';
import { formatFigure } from '../report.ts';
import { SHAPES } from '../shapes.ts';

const STEPS = 20_000;
const SAMPLE_EVERY_MICROS = 250;
const SHOWN = 40;

/** Lists the functions that take most of the worker's time, per shape. */
export const profile: BenchPart = {
  name: 'profile',
  async run(context) {
    const system = await startBenchSystem(context, { name: 'aio', workers: 1, env: INSPECTABLE });
    const aio = createAio(system);
    const inspector = await openInspector(system.workerPids()[0] as number, system.workerLog(0));
    context.onEnd(inspector.close);
    await inspector.send('Profiler.enable');
    await inspector.send('Profiler.setSamplingInterval', { interval: SAMPLE_EVERY_MICROS });
    const tables: Table[] = [];
    for (const shape of SHAPES) {
      const runs = Math.round(STEPS / shape.shape.length);
      await aio.work(shape, runs);
      await inspector.send('Profiler.start');
      let ms = 0;
      for (let round = 0; round < context.rounds; round++) ms += await aio.work(shape, runs);
      const { profile } = await inspector.send<{ profile: CpuProfile }>('Profiler.stop');
      const file = join(tmpdir(), `aio-${shape.name}-${process.pid}.cpuprofile`);
      writeFileSync(file, JSON.stringify(profile));
      const rate = formatFigure((context.rounds * runs * shape.shape.length * 1000) / ms);
      const rows = findSelfTimes(profile, PROJECT_ROOT)
        .slice(0, SHOWN)
        .map((one) => [one.name, formatFigure(one.ms), formatFigure(one.share * 100)]);
      tables.push({
        title: `${shape.name}: ${rate} steps/s; ${file}`,
        rows: [['', 'ms', '%'], ...rows],
      });
    }
    const method = `one worker with default settings, a sample every ${SAMPLE_EVERY_MICROS} µs; self time; open the files in Chrome's DevTools`;
    return { tables, measured: {}, method };
  },
};
