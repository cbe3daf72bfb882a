import type { RunProgress } from '@aio/core/run/rows';
import type { CommittedRun, EngineStorage } from '@aio/core/run/storage';
import { createBatch } from '@aio/platform/batch';
import { setTimeout as sleep } from 'node:timers/promises';
import { whileAway } from '../while-away.ts';

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

const RUNS_PER_STATEMENT = 500;
/** A batch is full at this size: a statement that exceeds its time limit would be repeated forever. */
const ROWS_PER_STATEMENT = 5000;

/** Group commit: about 30 runs share a statement under load. A run is in one at a time, so its commits keep their order. */
export function createCommitter(deps: {
  storage: Pick<EngineStorage, 'commitProgress'>;
  workerId: string;
  onOutage: (error: unknown) => void;
  onCommit: (runs: number, durationMs: number) => void;
}): Committer {
  const { storage, workerId, onOutage, onCommit } = deps;
  let isClosed = false;

  const commits = createBatch<RunProgress, { nowMs: number; found: CommittedRun | undefined }>({
    most: RUNS_PER_STATEMENT,
    mostWeight: ROWS_PER_STATEMENT,
    weigh: ({ steps }) => steps.length,
    async ask(progress) {
      // Repeated in an outage, because writing the same rows twice is safe.
      const { nowMs, runs } = await whileAway(() => write(progress), {
        isWanted: () => !isClosed,
        onOutage,
      });
      return progress.map(({ runId }) => ({ nowMs, found: runs.get(runId) }));
    },
  });

  async function write(progress: readonly RunProgress[]) {
    const startedAt = performance.now();
    const result = await storage.commitProgress({ workerId, progress });
    onCommit(progress.length, performance.now() - startedAt);
    return result;
  }

  return {
    schedule(run) {
      commits.add({
        key: run,
        take: () => run.takeProgress(),
        answered({ nowMs, found }) {
          if (found === undefined) run.leaseLost();
          else run.committed(nowMs, found);
        },
        failed(error, progress) {
          if (!isClosed) run.refused(progress, error);
        },
      });
    },
    async close(deadlineMs) {
      await Promise.race([commits.idle(), sleep(deadlineMs, undefined, { ref: false })]);
      isClosed = true;
    },
  };
}
