import type { RunProgress } from '@aio/core/run/rows';
import type { CommittedRun, EngineStorage } from '@aio/core/run/storage';
import { createBatch } from '@aio/platform/batch';
import { setTimeout as sleep } from 'node:timers/promises';
import { whileAway } from '../../while-away.ts';

/** What commits mean for a run. After `takeProgress`, exactly one of the other calls follows. */
export interface CommitHandler<Run> {
  /** Takes everything that has to be written; null = nothing. */
  takeProgress(run: Run): RunProgress | null;
  /** Called after the commit of what was taken. */
  committed(run: Run, commit: CommittedRun & { nowMs: number; runs: number }): void;
  /** Called if the commit wrote nothing for the run: its epoch has changed, or the worker stops during an outage. */
  lost(run: Run): void;
  /** Called if PostgreSQL rejects what was taken. */
  refused(run: Run, error: unknown): void;
}

export interface Committer<Run> {
  /** Commits the run's progress soon, together with that of other runs. */
  schedule(run: Run): void;
  /** Waits until everything is committed, at most `deadlineMs`. After that, an outage ends a commit. */
  close(deadlineMs: number): Promise<void>;
}

const RUNS_PER_STATEMENT = 500;
/** A batch is full at this size: a statement that exceeds its time limit would be repeated forever. */
const ROWS_PER_STATEMENT = 5000;

/** Group commit: about 30 runs share a statement under load. A run is in one at a time, so its commits keep their order. */
export function createCommitter<Run>(deps: {
  storage: Pick<EngineStorage, 'commitProgress'>;
  workerId: string;
  handler: CommitHandler<Run>;
  onOutage: (error: unknown) => void;
  onCommit: (runs: number, durationMs: number) => void;
}): Committer<Run> {
  const { storage, workerId, handler, onOutage, onCommit } = deps;
  let isClosed = false;

  type Answer = { nowMs: number; runs: number; found: CommittedRun | undefined };
  const commits = createBatch<RunProgress, Answer>({
    most: RUNS_PER_STATEMENT,
    mostWeight: ROWS_PER_STATEMENT,
    weigh: ({ steps }) => steps.length,
    async ask(progress) {
      // Repeated in an outage, because writing the same rows twice is safe.
      const { nowMs, runs } = await whileAway(() => write(progress), {
        isWanted: () => !isClosed,
        onOutage,
      });
      return progress.map(({ runId }) => ({
        nowMs,
        runs: progress.length,
        found: runs.get(runId),
      }));
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
        take: () => handler.takeProgress(run),
        answered({ found, ...commit }) {
          if (found === undefined) handler.lost(run);
          else handler.committed(run, { ...found, ...commit });
        },
        failed(error) {
          if (isClosed) handler.lost(run);
          else handler.refused(run, error);
        },
      });
    },
    async close(deadlineMs) {
      await Promise.race([commits.idle(), sleep(deadlineMs, undefined, { ref: false })]);
      isClosed = true;
    },
  };
}
