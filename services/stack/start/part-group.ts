import { setImmediate } from 'node:timers/promises';
import { type Part, type PartSpec, describeExit, explainExit, startPart } from '../process.ts';
import { StackError } from '../stack-error.ts';
import type { Progress } from './progress.ts';

/** Who goes first: those who take work in, then those who do it, then what they stand on. */
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

/** All processes of a stack: watches them, and ends them in order. */
export interface PartGroup {
  /** Puts a process under watch; throws when the stack is on its way down. */
  watch(part: Part): void;
  start(spec: PartSpec): Promise<Part>;
  /** Rejects when a process that the stack cannot do without has ended by itself. */
  readonly failure: Promise<never>;
  stop(): Promise<void>;
}

export function createPartGroup(deps: {
  progress: Progress;
  /** Called for every process, at once when it exists. */
  record: (part: Part) => void;
  /** Parts whose end does not end the stack. */
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
      // Whoever waits for this part to be ready knows better why it is not, and speaks first.
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
    throw new StackError('the stack stops');
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
