import {
  type Begun,
  type BegunAs,
  beginRun,
  toBeginning,
} from '@aio/platform/queries/engine/begin-run';
import { type CommitResult, commitProgress } from '@aio/platform/queries/engine/commit-progress';
import { type RunProgress, toRepeated } from '@aio/platform/queries/engine/commit-statement';
import { isUnavailable } from '@aio/platform/database-error';
import type { Queryable } from '@aio/platform/queryable';
import { setTimeout as sleep } from 'node:timers/promises';

/** A run as the committer sees it. */
export interface Committable {
  /** What it was heard of as, while its first commit is to take its lease; null = that is taken, or the run over. */
  fresh(): Fresh | null;
  /** The lease is taken, by the commit that is told of next. */
  begun(begun: Begun): void;
  /** Takes all that is to be written by now; null = nothing. */
  takeProgress(): RunProgress | null;
  /** What was taken is committed. */
  progressCommitted(nowMs: number, signal: number): void;
  /** The epoch no longer holds, and nothing of what was taken was written. */
  leaseLost(): void;
  /** The database refuses these rows for what they are. */
  progressRefused(error: unknown): void;
}

/** A run that is being submitted, and what it is held for. */
export interface Fresh {
  /** When it was heard of, by `performance.now()`. */
  since: number;
  as: BegunAs;
}

export interface Committer {
  /** Commits the run's progress soon, together with what other runs have by then. */
  schedule(run: Committable): void;
  /** Waits until nothing is left to commit, no longer than this; an outage is not waited out any more. */
  close(deadlineMs: number): Promise<void>;
}

/** Two statements in flight keep the connection busy while the next batch gathers. */
const STATEMENTS_IN_FLIGHT = 2;
const RUNS_PER_STATEMENT = 500;
/** Full when it has as many: a statement that outlasts its time limit would be tried for ever. */
const ROWS_PER_STATEMENT = 5000;
const RETRY_MS = 250;
/** A row that is not there by then is left to whoever hears the ring for it. */
const WRITTEN_WITHIN_MS = 20;
/** A row is there after so many tries where the disk is fast; where it is not, trying on takes its writer's core. */
const TRIES_AT_ONCE = 3;
const PAUSE_MS = 1;

/**
 * Group commit without a timer: a batch is what has gathered by the end of the event loop's turn,
 * about 30 runs when busy and one when idle. A run is in one statement at a time, so its commits
 * keep their order.
 */
export function createCommitter(deps: {
  db: Queryable;
  workerId: string;
  leaseMs: number;
  onOutage: (error: unknown) => void;
  onCommit: (runs: number, durationMs: number) => void;
}): Committer {
  const { db, workerId, leaseMs } = deps;
  const lease = { workerId, leaseMs };
  const dirty = new Set<Committable>();
  const committing = new Set<Committable>();
  let inFlight = 0;
  let closed = false;
  let scheduled = false;
  let drained: (() => void)[] = [];

  function flush(): void {
    scheduled = false;
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
      const isFresh = run.fresh() !== null;
      // In a statement of its own, which asks for more than that an epoch holds.
      if (isFresh && batch.size > 0) continue;
      dirty.delete(run);
      const progress = run.takeProgress();
      if (!progress) continue;
      committing.add(run);
      batch.set(run, progress);
      rows += progress.steps.length + progress.newSteps.length + progress.stepsAtOnce.length;
      if (isFresh) break;
    }
    return batch;
  }

  async function commit(batch: Map<Committable, RunProgress>): Promise<void> {
    const [first] = batch as unknown as [[Committable, RunProgress]];
    const fresh = first[0].fresh();
    if (fresh !== null) return begin(...first, fresh);
    let result: CommitResult;
    try {
      result = await write([...batch.values()]);
    } catch (error) {
      if (!closed) await commitApart(batch, error);
      return;
    }
    for (const [run, progress] of batch) {
      const signal = result.signals.get(progress.runId);
      if (signal === undefined) run.leaseLost();
      else run.progressCommitted(result.nowMs, signal);
    }
  }

  /** Takes the lease with the first commit, as soon as the run's row is there. */
  async function begin(run: Committable, progress: RunProgress, fresh: Fresh): Promise<void> {
    let until = fresh.since + WRITTEN_WITHIN_MS;
    let beginning = toBeginning({ ...lease, as: fresh.as, progress, isRepeat: false });
    // Once it is over, it may be claimed here anew, by the epoch that this would give it.
    for (let tries = 1; run.fresh() !== null; tries++) {
      try {
        const startedAt = performance.now();
        const begun = await beginRun(db, beginning);
        if (begun !== null) {
          deps.onCommit(1, performance.now() - startedAt);
          run.begun(begun);
          return run.progressCommitted(begun.nowMs, begun.signal);
        }
        if (performance.now() > until) return run.leaseLost();
        if (tries >= TRIES_AT_ONCE) await sleep(PAUSE_MS);
      } catch (error) {
        if (closed) return;
        if (!isUnavailable(error)) return run.progressRefused(error);
        deps.onOutage(error);
        await sleep(RETRY_MS);
        const repeated = toRepeated(progress);
        beginning = toBeginning({ ...lease, as: fresh.as, progress: repeated, isRepeat: true });
        // What was sent may be written while it is looked for, and is seen by the next look then.
        until = performance.now() + WRITTEN_WITHIN_MS;
      }
    }
  }

  /** A refused batch is halved until the bad run stands alone, so that its neighbours go on. */
  async function commitApart(batch: Map<Committable, RunProgress>, error: unknown): Promise<void> {
    // It may have been refused when it was repeated.
    const entries = [...batch].map(([run, progress]) => [run, toRepeated(progress)] as const);
    if (entries.length === 1) {
      entries[0]![0].progressRefused(error);
      return;
    }
    const half = Math.ceil(entries.length / 2);
    await commit(new Map(entries.slice(0, half)));
    await commit(new Map(entries.slice(half)));
  }

  /** An outage is waited out: the same rows written twice are the same rows. */
  async function write(progress: readonly RunProgress[]): Promise<CommitResult> {
    for (let written = progress; ; written = progress.map(toRepeated)) {
      try {
        const startedAt = performance.now();
        const result = await commitProgress(db, { ...lease, progress: written });
        deps.onCommit(progress.length, performance.now() - startedAt);
        return result;
      } catch (error) {
        if (closed || !isUnavailable(error)) throw error;
        deps.onOutage(error);
        await sleep(RETRY_MS);
      }
    }
  }

  return {
    schedule(run) {
      dirty.add(run);
      if (scheduled) return;
      scheduled = true;
      // A fresh run shares its statement with none: there is nothing to wait for.
      if (run.fresh() !== null && inFlight === 0) process.nextTick(flush);
      else setImmediate(flush);
    },
    async close(deadlineMs) {
      if (inFlight > 0 || dirty.size > 0) {
        const idle = new Promise<void>((resolve) => drained.push(resolve));
        await Promise.race([idle, sleep(deadlineMs, undefined, { ref: false })]);
      }
      closed = true;
    },
  };
}
