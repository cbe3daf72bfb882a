import { learnCancelled } from '@aio/core/run/attempts';
import { failRun } from '@aio/core/run/end-run';
import { takeBackRefused } from '@aio/core/run/refused';
import type { RunProgress } from '@aio/core/run/rows';
import { hasChanges, takeChanges } from '@aio/core/run/next-commit';
import type { Effect } from '@aio/core/run/run-state';
import { advance, settle } from './advance.ts';
import type { Committable } from './committer.ts';
import { canGoOn, type HeldRun, type OrchestratorDeps } from './held-run.ts';
import { loseRun } from './leave.ts';

const NOT_STORABLE = {
  code: 'not_storable',
  message: "PostgreSQL rejected the results of the run. The worker's log has the reason.",
};

/** Refusals before the worker drops the run. Results after the refused ones may be refused, too. */
const REFUSALS = 2;

export function createCommittable(
  deps: OrchestratorDeps,
  followUp: (run: HeldRun, effects: readonly Effect[], nowMs: number) => void,
  run: HeldRun,
): Committable {
  const { state } = run;
  let taken: { progress: RunProgress; effects: Effect[]; after: (() => void)[] } | null = null;
  return {
    takeProgress() {
      if (state.phase === 'over' || !hasChanges(state)) return null;
      taken = { ...takeChanges(state), after: run.afterCommit.splice(0) };
      run.isCommitting = true;
      if (run.survived) {
        taken.after.push(run.survived);
        run.survived = null;
      }
      // A large run gathers its next commit during this one.
      if (canGoOn(run)) deps.slices.later(run, () => advance(deps, run));
      return taken.progress;
    },
    committed(nowMs, { changes, cancelled }) {
      const { progress, effects, after } = taken!;
      taken = null;
      run.isCommitting = false;
      for (const { message } of progress.applied) state.applied.delete(message);
      // The run has left this worker meanwhile.
      if (state.phase === 'over') return;
      learnCancelled(effects, cancelled);
      followUp(run, effects, nowMs);
      for (const act of after) act();
      if (state.phase === 'working' && changes > state.changesSeen) void deps.look(run);
      if (!hasChanges(state)) settle(deps, run);
    },
    leaseLost: () => loseRun(deps, run),
    refused(progress, error) {
      const { after } = taken!;
      taken = null;
      run.isCommitting = false;
      deps.observer.troubled('store progress', error);
      for (const act of after) act();
      if (state.phase === 'over') return;
      if (++run.refusals > REFUSALS) return loseRun(deps, run);
      takeBackRefused(state, progress, JSON.stringify(NOT_STORABLE));
      failRun(state, NOT_STORABLE);
      advance(deps, run);
    },
  };
}
