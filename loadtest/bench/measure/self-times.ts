/** The part of a V8 CPU profile that this file reads. */
export interface CpuProfile {
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

export interface SelfTime {
  /** Function and place, e.g. `flush services/worker/engine/committer.ts:40`. */
  name: string;
  ms: number;
  /** Share of the time that the process was busy. */
  share: number;
}

const IDLE = new Set(['(idle)']);

/** Time in each function without its callees, longest first. */
export function findSelfTimes(profile: CpuProfile, root: string): SelfTime[] {
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const micros = new Map<string, number>();
  for (const [index, id] of profile.samples.entries()) {
    const frame = frames.get(id);
    if (frame === undefined || IDLE.has(frame.functionName)) continue;
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
