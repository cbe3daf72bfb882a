import { createNotifier, type Notifier } from '@aio/http/event-stream';
import { createPoller } from './poller.ts';

/** The parts of a run that the feed compares. */
export interface ListedRun {
  id: string;
  /** Changes with everything that the list shows. */
  mark: string;
  finished: boolean;
}

export interface RunListFeed<Run extends ListedRun> {
  /**
   * Yields the newest runs, then runs that change, and an empty batch after `heartbeatMs` without
   * changes. If a run changes twice between two polls, it is sent once.
   */
  follow(signal: AbortSignal): AsyncGenerator<Run[]>;
  close(): void;
}

interface Listener<Run> {
  /** By id, so that a slow client holds at most one entry per run. */
  pending: Map<string, Run>;
  notifier: Notifier;
}

/** Maximum number of older runs that the feed watches until they finish. */
const MAX_WATCHED = 200;

/** One poll per process while a stream is open. */
export function createRunListFeed<Run extends ListedRun>(deps: {
  /** Reads the newest runs and the runs with these ids. */
  readRuns: (ids: readonly string[]) => Promise<Run[]>;
  pollMs: number;
  heartbeatMs: number;
  onError: (error: unknown) => void;
}): RunListFeed<Run> {
  const listeners = new Set<Listener<Run>>();
  const closing = new AbortController();
  const poller = createPoller({ everyMs: deps.pollMs, poll, onError: deps.onError });
  let seen = new Map<string, Run>();

  async function poll(): Promise<void> {
    const open = [...seen.values()].filter((run) => !run.finished).map((run) => run.id);
    const runs = await deps.readRuns(open.slice(0, MAX_WATCHED));
    const changed = runs.filter((run) => seen.get(run.id)?.mark !== run.mark);
    seen = new Map(runs.map((run) => [run.id, run]));
    if (changed.length === 0) return;
    for (const { pending, notifier } of listeners) {
      for (const run of changed) pending.set(run.id, run);
      notifier.notify();
    }
  }

  function join(): Listener<Run> {
    const listener = { pending: new Map(seen), notifier: createNotifier() };
    listeners.add(listener);
    poller.start();
    poller.hurry();
    return listener;
  }

  function leave(listener: Listener<Run>): void {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    poller.stop();
    seen = new Map();
  }

  return {
    async *follow(signal) {
      const stopped = AbortSignal.any([signal, closing.signal]);
      if (stopped.aborted) return;
      const listener = join();
      try {
        while (!stopped.aborted) {
          if (listener.pending.size === 0) {
            const { notices } = listener.notifier;
            const notified = await listener.notifier.wait(notices, deps.heartbeatMs, stopped);
            if (stopped.aborted) return;
            if (!notified) yield [];
          }
          const runs = [...listener.pending.values()];
          listener.pending.clear();
          if (runs.length > 0) yield runs;
        }
      } finally {
        leave(listener);
      }
    },
    close() {
      closing.abort();
      poller.stop();
    },
  };
}
