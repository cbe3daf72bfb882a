import { withoutTrace } from '@aio/runtime/trace-context';
import type { RunProgress } from '@aio/core/run/rows';
import type { CommittedRun, EngineStorage } from '@aio/core/run/storage';
import { isUnavailable } from '@aio/platform/database-error';
import { setTimeout as sleep } from 'node:timers/promises';

/** The committer's view of a run. */
export interface Committable {
  /** Takes everything that has to be written; null = nothing. */
  takeProgress(): RunProgress | null;
  /** Called after the commit of what was taken. */
  committed(nowMs: number, found: CommittedRun): void;
  /** Called if the run's epoch has changed. The commit wrote nothing for this run. */
  leaseLost(): void;
  /** Called if PostgreSQL rejects these rows. */
  refused(progress: RunProgress, error: unknown): void;
}

export interface Committer {
  /** Commits the run's progress soon, together with that of other runs. */
  schedule(run: Committable): void;
  /** Waits until everything is committed, at most `deadlineMs`. After that, an outage ends a commit. */
  close(deadlineMs: number): Promise<void>;
}

/** Two statements in flight keep the connection busy while the next batch gathers. */
const STATEMENTS_IN_FLIGHT = 2;
const RUNS_PER_STATEMENT = 500;
/** A batch is full at this size: a statement that exceeds its time limit would be repeated forever. */
const ROWS_PER_STATEMENT = 5000;
const RETRY_MS = 250;

/**
 * Group commit without a timer: a batch is what has gathered by the end of the event loop's turn, about 30 runs under load
 * and one on an idle worker. A run is in one statement at a time, so its commits keep their order.
 */
export function createCommitter(deps: {
  storage: Pick<EngineStorage, 'commitProgress'>;
  workerId: string;
  onOutage: (error: unknown) => void;
  onCommit: (runs: number, durationMs: number) => void;
}): Committer {
  const { storage, workerId } = deps;
  const dirty = new Set<Committable>();
  const committing = new Set<Committable>();
  let inFlight = 0;
  let isClosed = false;
  let isScheduled = false;
  let drained: (() => void)[] = [];

  function flush(): void {
    isScheduled = false;
    while (inFlight < STATEMENTS_IN_FLIGHT) {
      const batch = takeBatch();
      if (batch.size === 0) break;
      inFlight++;
      void commit(batch).finally(() => {
        inFlight--;
        for (const run of batch.keys()) committing.delete(run);
        flush();
      });
    }
    if (inFlight === 0 && dirty.size === 0) {
      for (const resolve of drained) resolve();
      drained = [];
    }
  }

  function takeBatch(): Map<Committable, RunProgress> {
    const batch = new Map<Committable, RunProgress>();
    let rows = 0;
    for (const run of dirty) {
      if (batch.size === RUNS_PER_STATEMENT || rows >= ROWS_PER_STATEMENT) break;
      if (committing.has(run)) continue;
      dirty.delete(run);
      const progress = run.takeProgress();
      if (!progress) continue;
      committing.add(run);
      batch.set(run, progress);
      rows += progress.steps.length;
    }
    return batch;
  }

  async function commit(batch: ReadonlyMap<Committable, RunProgress>): Promise<void> {
    let result;
    try {
      result = await write([...batch.values()]);
    } catch (error) {
      if (!isClosed) await commitApart(batch, error);
      return;
    }
    for (const [run, progress] of batch) {
      const found = result.runs.get(progress.runId);
      if (found === undefined) run.leaseLost();
      else run.committed(result.nowMs, found);
    }
  }

  /** Halves a refused batch until the bad run is alone, so that the others go on. */
  async function commitApart(
    batch: ReadonlyMap<Committable, RunProgress>,
    error: unknown,
  ): Promise<void> {
    const entries = [...batch];
    if (entries.length === 1) {
      const [[run, progress]] = entries as [[Committable, RunProgress]];
      run.refused(progress, error);
      return;
    }
    const half = Math.ceil(entries.length / 2);
    await commit(new Map(entries.slice(0, half)));
    await commit(new Map(entries.slice(half)));
  }

  /** Repeats the statement during an outage: writing the same rows twice is safe. */
  async function write(progress: readonly RunProgress[]) {
    for (;;) {
      try {
        const startedAt = performance.now();
        const result = await storage.commitProgress({ workerId, progress });
        deps.onCommit(progress.length, performance.now() - startedAt);
        return result;
      } catch (error) {
        if (isClosed || !isUnavailable(error)) throw error;
        deps.onOutage(error);
        await sleep(RETRY_MS);
      }
    }
  }

  return {
    schedule(run) {
      dirty.add(run);
      if (isScheduled) return;
      isScheduled = true;
      // A statement serves many runs, so it belongs to no run's trace.
      setImmediate(() => withoutTrace(flush));
    },
    async close(deadlineMs) {
      if (inFlight > 0 || dirty.size > 0) {
        const idle = new Promise<void>((resolve) => drained.push(resolve));
        await Promise.race([idle, sleep(deadlineMs, undefined, { ref: false })]);
      }
      isClosed = true;
    },
  };
}
