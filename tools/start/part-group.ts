import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import {
  type Exit,
  type Part,
  type PartSpec,
  describeExit,
  explainExit,
  startPart,
} from '../process/process.ts';
import { StackError } from '../stack-error.ts';
import type { Progress } from './progress.ts';

/** First the part that mends others, then those that accept work, then those that do it, then the servers they need. */
const STOP_ORDER = [
  'game-days',
  'web',
  'proxy',
  'api',
  'worker',
  'simulator',
  'identity',
  'prometheus',
  'alertmanager',
  'jaeger',
  'trace-store',
  'redis',
  'postgres',
];

/** A part that ran this long has started well. */
const STARTED_WELL_MS = 10_000;
/** With pauses of 1, 2, 4 … s, a minute: longer than most outages of a database. */
const MOST_FAILED_STARTS = 6;

const LOOK_EVERY_MS = 100;

/** All processes of a stack: watches them, and stops them in order. */
export interface PartGroup {
  /** Watches a process; throws if the stack is stopping. */
  watch(part: Part): void;
  start(spec: PartSpec): Promise<Part>;
  /**
   * Like `start`, and starts the part again a second after it ends by itself. The pause doubles each time the part ends
   * right after its start, until this counts as a failure of the stack.
   * @param again how it starts again, if that differs
   */
  keepRunning(spec: PartSpec, again?: PartSpec): Promise<void>;
  /** Rejects when a process that the stack needs ends by itself. */
  readonly failure: Promise<never>;
  stop(): Promise<void>;
}

interface GroupOptions {
  progress: Progress;
  /** Called for every process once it exists. */
  record: (part: Part) => void;
  /** Parts without which the stack continues. */
  optional: readonly string[];
  /** The first pause of `keepRunning`; default: a second. */
  restartAfterMs?: number;
  /** Whether the part must not start again yet. */
  isKeptDown?: (name: string) => boolean;
}

export function createPartGroup(deps: GroupOptions): PartGroup {
  const { progress, record, optional, restartAfterMs = 1000, isKeptDown = () => false } = deps;
  const running = new Set<Part>();
  const failure = Promise.withResolvers<never>();
  failure.promise.catch(() => {});
  const stopping = new AbortController();
  let stopped: Promise<void> | undefined;

  function watch(part: Part, onEnd: (part: Part, exit: Exit) => void = report): void {
    record(part);
    running.add(part);
    void part.exited.then(async (exit) => {
      // First let startPart report the end: it knows why the part did not get ready.
      await setImmediate();
      if (stopped) return;
      running.delete(part);
      onEnd(part, exit);
    });
    if (!stopped) return;
    void part.kill();
    throw new StackError('the stack is stopping');
  }

  function report(part: Part, exit: Exit): void {
    if (optional.includes(part.name)) {
      progress.lost(part.name, describeExit(exit), part.lastLines());
    } else {
      failure.reject(explainExit(part, exit));
    }
  }

  /** Starts the part again after each end, until the stack stops or the part fails too often. */
  async function restart(spec: PartSpec, first: Part): Promise<void> {
    let part = first;
    let failedStarts = 0;
    for (;;) {
      const startedAt = performance.now();
      const exit = await part.exited;
      // Its children may still hold the port.
      await part.kill();
      if (stopped) return;
      const isFailedStart = performance.now() - startedAt < STARTED_WELL_MS;
      failedStarts = isFailedStart ? failedStarts + 1 : 0;
      if (failedStarts > MOST_FAILED_STARTS) {
        const { message, exitCode, details } = explainExit(part, exit);
        const often = `${message}, ${failedStarts} times in a row right after its start`;
        throw new StackError(often, { exitCode, details });
      }
      const pauseMs = restartAfterMs * 2 ** Math.max(0, failedStarts - 1);
      progress.restarts(spec.name, describeExit(exit), pauseMs);
      const { signal } = stopping;
      await sleep(pauseMs, undefined, { signal });
      while (isKeptDown(spec.name)) await sleep(LOOK_EVERY_MS, undefined, { signal });
      part = await spawnAgain(spec);
    }
  }

  /** Resolves once the process exists. Says when it is ready, which may take as long as its servers are away. */
  function spawnAgain(spec: PartSpec): Promise<Part> {
    const spawned = Promise.withResolvers<Part>();
    startPart({
      ...spec,
      readyWithinMs: Infinity,
      keepsLog: true,
      onSpawn(part) {
        watch(part, leaveToRestart);
        spawned.resolve(part);
      },
    }).then(() => progress.ready(spec.name, 'runs again'), spawned.reject);
    return spawned.promise;
  }

  return {
    watch,
    start: (spec) => startPart({ ...spec, onSpawn: (part) => watch(part) }),
    async keepRunning(spec, again = spec) {
      const part = await startPart({ ...spec, onSpawn: (part) => watch(part, leaveToRestart) });
      restart(again, part).catch((error: unknown) => {
        // A stop interrupts pauses and starts.
        if (stopped) return;
        if (error instanceof StackError && optional.includes(spec.name))
          progress.lost(spec.name, error.message, error.details);
        else failure.reject(error);
      });
    },
    failure: failure.promise,
    stop() {
      stopped ??= stopInOrder(running, progress);
      stopping.abort();
      return stopped;
    },
  };
}

/** `restart` waits for the end itself. */
const leaveToRestart = (): void => {};

async function stopInOrder(running: Set<Part>, progress: Progress): Promise<void> {
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
