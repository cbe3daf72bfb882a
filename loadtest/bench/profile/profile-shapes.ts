import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Contender, NamedShape } from '../engine/contest.ts';
import { startProfiler } from './profiler.ts';

/**
 * Profiles the process while each shape is worked off, and prints where its time went. A first turn
 * of each warms up and is left out.
 */
export async function profileShapes(
  contender: Contender,
  shapes: readonly NamedShape[],
  options: { rounds: number; steps: number; pid: number; logFile: string },
): Promise<void> {
  for (const shape of shapes) {
    const runs = Math.max(1, Math.round(options.steps / shape.shape.length));
    await contender.work(shape, runs);
    const file = join(tmpdir(), `aio-${shape.name}-${process.pid}.cpuprofile`);
    const profiler = await startProfiler({ ...options, file });
    let ms = 0;
    for (let round = 0; round < options.rounds; round++) ms += await contender.work(shape, runs);
    const lines = await profiler.stop();
    const rate = (options.rounds * runs * shape.shape.length * 1000) / ms;
    console.log(`\n${shape.name}: ${Math.round(rate)} steps/s\n${lines.join('\n')}`);
  }
}
