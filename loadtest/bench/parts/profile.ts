import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PROJECT_ROOT } from '../../lib/own-servers.ts';
import { createAio } from '../contenders/aio.ts';
import { SHAPES } from '../contenders/contender.ts';
import type { BenchPart, Table } from '../part.ts';
import { formatFigure } from '../report.ts';
import { startBenchSystem } from '../system.ts';

const COMMAND = join(PROJECT_ROOT, 'observe/commands/profile.ts');
const STEPS = 20_000;
const SECONDS = 10;

/** Takes a CPU profile of the worker under load, per shape, with `npm run observe:profile`. */
export const profile: BenchPart = {
  name: 'profile',
  async run(context) {
    const system = await startBenchSystem(context);
    const aio = createAio(system);
    const url = system.workers[0]!.metricsUrl;
    const options = ['--url', url, '--seconds', String(SECONDS), '--out', tmpdir()];
    const tables: Table[] = [];
    for (const shape of SHAPES) {
      const runs = Math.round(STEPS / shape.shape.length);
      await aio.work(shape, runs);
      const profiling = promisify(execFile)(process.execPath, [COMMAND, shape.name, ...options], {
        env: { PATH: context.searchPath },
      });
      let isOver = false;
      const end = () => (isOver = true);
      void profiling.then(end, end);
      let [rounds, ms] = [0, 0];
      for (; !isOver; rounds += 1) ms += await aio.work(shape, runs);
      const { stdout } = await profiling;
      const rate = formatFigure((rounds * runs * shape.shape.length * 1000) / ms);
      const lines = stdout.trim().split('\n');
      tables.push({ title: `${shape.name}: ${rate} steps/s`, rows: lines.map((line) => [line]) });
    }
    const method = `one worker with default settings, ${SECONDS} s of CPU time, without that of callees; open the files in Chrome's DevTools and a browser`;
    return { tables, measured: {}, method };
  },
};
