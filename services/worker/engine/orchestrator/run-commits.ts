import { learnCancelled } from '@aio/core/run/attempts';
import { failRun } from '@aio/core/run/end-run';
import { hasChanges, takeChanges } from '@aio/core/run/next-commit';
import { takeBackRefused } from '@aio/core/run/refused';
import type { Effect } from '@aio/core/run/run-state';
import type { Slices } from '@aio/platform/postgres/slices';
import type { DatabaseClock } from '@aio/platform/postgres/database-clock';
import type { Observer } from '../observer.ts';
import type { CommitHandler } from './committer.ts';
import type { HeldRun } from './held-run.ts';
import { loseRun } from './letting-go.ts';

const NOT_STORABLE = {
  code: 'not_storable',
  message: "PostgreSQL rejected the results of the run. The worker's log has the reason.",
};

/** Refusals before the worker drops the run. Results after the refused ones may be refused, too. */
const REFUSALS = 2;

/** What a run takes to the group commit, and what follows the commit. */
export function createRunCommits(deps: {
  slices: Slices;
  clock: DatabaseClock;
  observer: Observer;
  followUp: (run: HeldRun, effects: readonly Effect[], nowMs: number) => void;
  /** Called if there is nothing more to commit. */
  rest: (run: HeldRun) => void;
}): CommitHandler<HeldRun> {
  return {
    takeProgress(run) {
      const { state } = run;
      if (state.phase === 'over' || !hasChanges(state)) return null;
      const changedAtMs = run.changedAtMs ?? deps.clock.now();
      run.commit = { ...takeChanges(state), after: run.afterCommit.splice(0), changedAtMs };
      run.changedAtMs = null;
      if (run.survived) {
        run.commit.after.push(run.survived);
        run.survived = null;
      }
      // A large run gathers its next commit during this one.
      if (run.canGoOn) deps.slices.later(run, () => run.advance());
      return run.commit.progress;
    },
    committed(run, { nowMs, runs, changes, cancelled }) {
      const { state } = run;
      const { progress, effects, after, changedAtMs: sinceMs } = endCommit(run);
      const untilMs = deps.clock.now();
      deps.observer.worked(state.claim, { type: 'commit', sinceMs, untilMs, runs });
      for (const { message } of progress.applied) state.applied.delete(message);
      // Else the run has left this worker meanwhile.
      if (state.phase !== 'over') {
        learnCancelled(effects, cancelled);
        deps.followUp(run, effects, nowMs);
      }
      for (const act of after) act(true);
      if (state.phase === 'working' && changes > state.changesSeen) void run.catchUp();
      if (state.phase !== 'over' && !hasChanges(state)) deps.rest(run);
    },
    lost(run) {
      const { after } = endCommit(run);
      loseRun(deps.observer, run);
      for (const act of after) act(false);
    },
    refused(run, error) {
      const { state } = run;
      const { progress, after } = endCommit(run);
      deps.observer.troubled('store progress', error);
      for (const act of after) act(false);
      if (state.phase === 'over') return;
      if (++run.refusals > REFUSALS) return loseRun(deps.observer, run);
      takeBackRefused(state, progress, JSON.stringify(NOT_STORABLE));
      failRun(state, NOT_STORABLE);
      run.advance();
    },
  };
}

function endCommit(run: HeldRun): NonNullable<HeldRun['commit']> {
  const commit = run.commit!;
  run.commit = null;
  return commit;
}
