import { fileURLToPath } from 'node:url';
import type { HeapProfiler, Profiler, Runtime } from 'node:inspector';

/** A function on the stack, including its callees: microseconds of CPU time, or bytes. */
export interface Frame {
  /** `evaluate  expression/evaluate.ts:41` */
  name: string;
  value: number;
  /** Largest first. */
  children: Frame[];
}

/** Frames that are not work of the process. */
const NOT_BUSY = new Set(['(idle)', '(program)']);
/** Frames of the profiler itself. */
const INSPECTOR = 'node:inspector';

/** CPU time by function, without idle time. @param root folder to which file names are relative */
export function framesOfCpu(profile: Profiler.Profile, root: string): Frame {
  const own = new Map<number, number>();
  const { samples = [], timeDeltas = [] } = profile;
  for (const [index, id] of samples.entries())
    own.set(id, (own.get(id) ?? 0) + Math.max(0, timeDeltas[index] ?? 0));
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));

  function toFrame(node: Profiler.ProfileNode): Frame {
    const children = (node.children ?? [])
      .map((id) => nodes.get(id)!)
      .filter(
        ({ callFrame: { functionName, url } }) => !NOT_BUSY.has(functionName) && url !== INSPECTOR,
      );
    return frame(nameOf(node.callFrame, root), own.get(node.id) ?? 0, children.map(toFrame));
  }
  return toFrame(profile.nodes[0]!);
}

/** Allocated memory that is still in use, by function. */
export function framesOfHeap(profile: HeapProfiler.SamplingHeapProfile, root: string): Frame {
  const toFrame = (node: HeapProfiler.SamplingHeapProfileNode): Frame =>
    frame(nameOf(node.callFrame, root), node.selfSize, node.children.map(toFrame));
  return toFrame(profile.head);
}

/** The functions with the largest own value, summed over all callers. */
export function heaviest(all: Frame, count: number): { name: string; value: number }[] {
  const own = new Map<string, number>();
  const add = ({ name, value, children }: Frame): void => {
    const ofChildren = children.reduce((sum, child) => sum + child.value, 0);
    own.set(name, (own.get(name) ?? 0) + value - ofChildren);
    children.forEach(add);
  };
  add(all);
  return [...own]
    .map(([name, value]) => ({ name, value }))
    .toSorted((a, b) => b.value - a.value)
    .slice(0, count);
}

function frame(name: string, own: number, children: Frame[]): Frame {
  const value = children.reduce((sum, child) => sum + child.value, own);
  const kept = children.filter((child) => child.value > 0);
  return { name, value, children: kept.toSorted((a, b) => b.value - a.value) };
}

function nameOf({ functionName, url, lineNumber }: Runtime.CallFrame, root: string): string {
  const name = functionName || '(anonymous)';
  if (url === '') return name;
  return `${name}  ${shorten(url, root)}:${lineNumber + 1}`;
}

function shorten(url: string, root: string): string {
  const path = url.startsWith('file://') ? fileURLToPath(url) : url;
  return path.replace(`${root}/`, '').replace(/^.*node_modules\//, '');
}
