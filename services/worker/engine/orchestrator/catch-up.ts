import { applyEvent } from '@aio/core/run/events';
import type { Moment } from '@aio/core/run/rows';
import type { EngineStorage, RunChanges } from '@aio/core/run/storage';
import { askTogether, createBatch } from '@aio/platform/batch';
import type { DatabaseClock } from '@aio/platform/postgres/database-clock';
import type { Observer } from '../observer.ts';
import type { HeldRun } from './held-run.ts';

const RUNS_PER_STATEMENT = 500;

/**
 * Applies changes by others to runs; resolves to true if it applied all. Runs of one turn of the event loop share a
 * statement. Two statements for one run never overlap, because an older answer would undo a newer one.
 */
export function createCatchUp(deps: {
  storage: Pick<EngineStorage, 'loadChanges'>;
  clock: DatabaseClock;
  observer: Pick<Observer, 'worked'>;
  /** Called if another worker holds the run, or it was cancelled. */
  lose: (run: HeldRun) => void;
  onTrouble: (what: string, error: unknown) => void;
}): (run: HeldRun) => Promise<boolean> {
  const { send: load } = createBatch<HeldRun, RunChanges | undefined>({
    most: RUNS_PER_STATEMENT,
    async ask(runs) {
      const found = await deps.storage.loadChanges(
        runs.map(({ id, state }) => ({ runId: id, applied: [...state.applied] })),
      );
      const byRun = new Map(found.map((changes) => [changes.runId, changes]));
      return runs.map(({ id }) => byRun.get(id));
    },
  });

  async function catchUp(run: HeldRun): Promise<boolean> {
    try {
      for (;;) {
        const sinceMs = deps.clock.now();
        const changes = await load(run);
        if (!apply(run, changes, sinceMs)) return false;
        if (!changes?.more) return true;
      }
    } catch (error) {
      // The next heartbeat tries again.
      deps.onTrouble('read changes of a run', error);
      return false;
    }
  }

  /** false = this worker no longer applies changes to the run. */
  function apply(run: HeldRun, changes: RunChanges | undefined, sinceMs: Moment): boolean {
    const { state } = run;
    if (changes === undefined || run.isReleasing || state.phase !== 'working') return false;
    if (changes.epoch !== state.claim.epoch) {
      deps.lose(run);
      return false;
    }
    for (const row of changes.laneSteps) applyEvent(state, { type: 'laneStep', row });
    for (const message of changes.messages) applyEvent(state, { type: 'message', message });
    if (!changes.more) state.changesSeen = Math.max(state.changesSeen, changes.changes);
    deps.observer.worked(state.claim, { type: 'load', sinceMs, untilMs: deps.clock.now() });
    run.advance();
    return true;
  }

  return askTogether(catchUp);
}
