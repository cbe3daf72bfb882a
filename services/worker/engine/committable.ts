import { parkIfIdle, readSignal } from './advance.ts';
import type { Committable } from './committer.ts';
import { createDraft, isEmpty, toProgress, withoutResults } from './draft.ts';
import type { EngineDeps } from './engine-deps.ts';
import { failRun } from './finish.ts';
import type { HeldRun } from './held-run.ts';
import { loseRun } from './leave.ts';

const NOT_STORABLE = {
  code: 'not_storable',
  message: 'The database refused the results of the run.',
};

/** The run as the committer sees it. */
export function createCommittable(deps: EngineDeps, run: HeldRun): Committable {
  let taken = run.draft;
  let refused = false;
  return {
    takeProgress() {
      const { draft } = run;
      if (run.phase === 'over' || isEmpty(draft)) return null;
      taken = draft;
      run.committing = true;
      run.draft = createDraft();
      const { id: runId, epoch } = run.claim;
      const error = run.finishedSeq !== null && run.failure ? JSON.stringify(run.failure) : null;
      return toProgress({ ...run, runId, epoch, error }, taken);
    },
    progressCommitted(nowMs: number, signal: number) {
      run.committing = false;
      for (const committed of taken.committed) committed(nowMs);
      if (run.phase !== 'working') return;
      if (signal <= run.signalSeen) void parkIfIdle(deps, run);
      else {
        // The next renewal of the lease looks again.
        readSignal(deps, run).catch((error) => deps.observer.troubled('reading a signal', error));
      }
    },
    leaseLost: () => loseRun(deps, run),
    progressRefused(error: unknown) {
      run.committing = false;
      deps.observer.troubled('storing progress', error);
      if (run.phase === 'over') return;
      if (refused) return loseRun(deps, run);
      refused = true;
      run.draft = withoutResults(taken, run.draft, JSON.stringify(NOT_STORABLE));
      failRun(deps, run, NOT_STORABLE);
    },
  };
}
