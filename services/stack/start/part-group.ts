import { setImmediate } from 'node:timers/promises';
import { type Part, type PartSpec, describeExit, explainExit, startPart } from '../process.ts';
import { StackError } from '../stack-error.ts';
import type { Progress } from './progress.ts';

/** First the parts that accept work, then those that do it, then the servers they need. */
const STOP_ORDER = [
  'web',
  'proxy',
  'api',
  'worker',
  'simulator',
  'identity',
  'prometheus',
  'postgres-exporter',
  'redis-exporter',
  'node-exporter',
  'jaeger',
  'redis',
  'postgres',
];

/** All processes of a stack: watches them, and stops them in order. */
export interface PartGroup {
  /** Watches a process; throws if the stack is stopping. */
  watch(part: Part): void;
  start(spec: PartSpec): Promise<Part>;
  /** Rejects when a process that the stack needs ends by itself. */
  readonly failure: Promise<never>;
  stop(): Promise<void>;
}

export function createPartGroup(deps: {
  progress: Progress;
  /** Called for every process once it exists. */
  record: (part: Part) => void;
  /** Parts without which the stack continues. */
  optional: readonly string[];
}): PartGroup {
  const { progress, record, optional } = deps;
  const running = new Set<Part>();
  const failure = Promise.withResolvers<never>();
  failure.promise.catch(() => {});
  let stopped: Promise<void> | undefined;

  function watch(part: Part): void {
    record(part);
    running.add(part);
    void part.exited.then(async (exit) => {
      // First let startPart report the end: it knows why the part did not get ready.
      await setImmediate();
      if (stopped) return;
      running.delete(part);
      if (optional.includes(part.name)) {
        progress.lost(part.name, describeExit(exit), part.lastLines());
      } else {
        failure.reject(explainExit(part, exit));
      }
    });
    if (!stopped) return;
    void part.kill();
    throw new StackError('the stack is stopping');
  }

  async function stopAll(): Promise<void> {
    for (const kind of STOP_ORDER) {
      const parts = [...running].filter(({ name }) => name.replace(/-\d+$/, '') === kind);
      await Promise.all(
        parts.map(async (part) => {
          await part.stop();
          running.delete(part);
          progress.stopped(part.name);
        }),
      );
    }
  }

  return {
    watch,
    start: (spec) => startPart({ ...spec, onSpawn: watch }),
    failure: failure.promise,
    stop: () => (stopped ??= stopAll()),
  };
}
