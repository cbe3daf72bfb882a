import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../lib/own-servers.ts';
import { createAio } from '../contenders/aio.ts';
import { SHAPES } from '../contenders/contender.ts';
import type { BenchPart, Table } from '../part.ts';
import { formatFigure } from '../report.ts';
import { startBenchSystem } from '../system.ts';

const STEPS = 20_000;
/** Per round of the bench; one profile has at most 25 s. */
const PROFILE_SECONDS = { perRound: 3, most: 25 };
const SHOWN = 40;

/** Lists the functions that take most of the worker's time, per shape. */
export const profile: BenchPart = {
  name: 'profile',
  async run(context) {
    const system = await startBenchSystem(context);
    const aio = createAio(system);
    const { perRound, most } = PROFILE_SECONDS;
    const seconds = Math.min(most, perRound * context.rounds);
    const url = new URL(`/profile/cpu?seconds=${seconds}`, system.workers[0]?.metricsUrl);
    const tables: Table[] = [];
    for (const shape of SHAPES) {
      const runs = Math.round(STEPS / shape.shape.length);
      await aio.work(shape, runs);
      const until = performance.now() + seconds * 1000;
      const taken = fetch(url, { method: 'POST' });
      let [rounds, ms] = [0, 0];
      for (; performance.now() < until; rounds += 1) ms += await aio.work(shape, runs);
      const response = await taken;
      if (!response.ok) throw new Error(`POST ${url.href} answered ${response.status}`);
      const profile = (await response.json()) as CpuProfile;
      const file = join(tmpdir(), `aio-${shape.name}-${process.pid}.cpuprofile`);
      writeFileSync(file, JSON.stringify(profile));
      const rows = findSelfTimes(profile, PROJECT_ROOT)
        .slice(0, SHOWN)
        .map(({ name, ms, share }) => [name, ms, share * 100]);
      const rate = formatFigure((rounds * runs * shape.shape.length * 1000) / ms);
      tables.push({
        title: `${shape.name}: ${rate} steps/s; ${file}`,
        rows: [['', 'ms', '%'], ...rows],
      });
    }
    const method = `one worker with default settings, a sample every ms for ${seconds} s; self time; open the files in Chrome's DevTools`;
    return { tables, measured: {}, method };
  },
};

/** The part of a V8 CPU profile that this file reads. */
interface CpuProfile {
  nodes: readonly ProfileNode[];
  /** Node ids, one per sample. */
  samples: readonly number[];
  /** Microseconds before each sample. */
  timeDeltas: readonly number[];
}

interface ProfileNode {
  id: number;
  callFrame: { functionName: string; url: string; lineNumber: number };
}

interface SelfTime {
  /** Function and place, e.g. `flush services/worker/engine/committer.ts:40`. */
  name: string;
  ms: number;
  /** Share of the time that the process was busy. */
  share: number;
}

/** Time in each function without its callees, longest first. */
export function findSelfTimes(profile: CpuProfile, root: string): SelfTime[] {
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const micros = new Map<string, number>();
  for (const [index, id] of profile.samples.entries()) {
    const frame = frames.get(id);
    if (frame === undefined || frame.functionName === '(idle)') continue;
    const name = describe(frame, root);
    // A sample stands for the time until the next one.
    const delta = profile.timeDeltas[index + 1] ?? 0;
    micros.set(name, (micros.get(name) ?? 0) + Math.max(0, delta));
  }
  const busy = [...micros.values()].reduce((sum, value) => sum + value, 0);
  return [...micros]
    .map(([name, value]) => ({ name, ms: value / 1000, share: value / busy }))
    .sort((a, b) => b.ms - a.ms);
}

function describe({ functionName, url, lineNumber }: ProfileNode['callFrame'], root: string) {
  const name = functionName || '(anonymous)';
  if (url === '') return name;
  const place = url.replace(/^file:\/\//, '').replace(`${root}/`, '');
  return `${name} ${place}:${lineNumber + 1}`;
}
