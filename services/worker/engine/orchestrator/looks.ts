import { applyEvent } from '@aio/core/run/events';
import type { EngineStorage, RunChanges } from '@aio/core/run/storage';
import { createBatch } from '@aio/platform/batch';
import type { HeldRun } from './held-run.ts';

const RUNS_PER_LOOK = 500;

/**
 * Applies changes by others to a run. Resolves to true if it applied all of them. Runs of one turn of the event loop share
 * a statement. Looks at one run never overlap, because an older answer would undo a newer one.
 */
export function createLooks(deps: {
  storage: Pick<EngineStorage, 'loadChanges'>;
  advance: (run: HeldRun) => void;
  /** Called if another worker holds the run, or it was cancelled. */
  lose: (run: HeldRun) => void;
  onTrouble: (what: string, error: unknown) => void;
}): (run: HeldRun) => Promise<boolean> {
  const { send: load } = createBatch<HeldRun, RunChanges | undefined>({
    most: RUNS_PER_LOOK,
    async ask(runs) {
      const found = await deps.storage.loadChanges(
        runs.map(({ state }) => ({ runId: state.claim.id, applied: [...state.applied] })),
      );
      const byRun = new Map(found.map((changes) => [changes.runId, changes]));
      return runs.map(({ state }) => byRun.get(state.claim.id));
    },
  });

  /** Callers that come during a look share the next one. */
  function look(run: HeldRun): Promise<boolean> {
    if (run.nextLook) return run.nextLook;
    const next = run.look.then(() => {
      run.nextLook = null;
      return lookOnce(run);
    });
    run.nextLook = next;
    run.look = next;
    return next;
  }

  async function lookOnce(run: HeldRun): Promise<boolean> {
    try {
      for (;;) {
        const changes = await load(run);
        if (!apply(run, changes)) return false;
        if (!changes?.more) return true;
      }
    } catch (error) {
      // The next heartbeat looks again.
      deps.onTrouble('read changes of a run', error);
      return false;
    }
  }

  /** false = stop looking at this run. */
  function apply(run: HeldRun, changes: RunChanges | undefined): boolean {
    const { state } = run;
    if (changes === undefined || run.isReleasing || state.phase !== 'working') return false;
    if (changes.epoch !== state.claim.epoch) {
      deps.lose(run);
      return false;
    }
    for (const row of changes.laneSteps) applyEvent(state, { type: 'laneStep', row });
    for (const message of changes.messages) applyEvent(state, { type: 'message', message });
    if (!changes.more) state.changesSeen = Math.max(state.changesSeen, changes.changes);
    deps.advance(run);
    return true;
  }

  return look;
}
