import type { Failure } from '@aio/core/errors';
import type { ClaimedRun } from '@aio/core/run/rows';
import type { EngineStorage } from '@aio/core/run/storage';
import { SUSPECT_TAKEOVERS } from '@aio/platform/queries/engine/claim-runs';
import type { HeldRun } from './held-run.ts';

/** A run is poison after so many lost workers without progress. */
const POISON_TAKEOVERS = 5;

/**
 * Trials of runs that may have killed their workers. A worker tries one run at a time and counts the trial before it loads
 * the run, so a crash counts against that run and no other. The run survives the trial if it commits something, has
 * nothing left to evaluate, or leaves.
 */
export interface Trials {
  /** Waits for the run's turn and counts the trial. null = another worker holds the run, or the database is away. */
  begin(claim: ClaimedRun): Promise<Trial | null>;
}

export interface Trial {
  /** Call it when the run is held. The trial ends when the run has survived. */
  watch(run: HeldRun): void;
  /** Call it when the run has left, or could not be opened. */
  end(): void;
}

export function createTrials(deps: {
  storage: Pick<EngineStorage, 'countTrial'>;
  onTrouble: (what: string, error: unknown) => void;
}): Trials {
  let last: Promise<void> = Promise.resolve();

  function count({ id: runId, epoch }: ClaimedRun): Promise<boolean> {
    return deps.storage.countTrial({ runId, epoch }).catch((error: unknown) => {
      deps.onTrouble('count the trial of a run', error);
      return false;
    });
  }

  return {
    async begin(claim) {
      const before = last;
      const { promise, resolve: end } = Promise.withResolvers<void>();
      last = promise;
      await before;
      if (!(await count(claim))) {
        end();
        return null;
      }
      return {
        end,
        watch: (run) => void (run.survived = end),
      };
    },
  };
}

/** Whether the run needs a trial. */
export function isSuspectRun({ fruitlessTakeovers }: ClaimedRun): boolean {
  return fruitlessTakeovers >= SUSPECT_TAKEOVERS && fruitlessTakeovers < POISON_TAKEOVERS;
}

/** Why the run is not tried again; null = it may be tried. */
export function verdictOn({ fruitlessTakeovers }: ClaimedRun): Failure | null {
  if (fruitlessTakeovers < POISON_TAKEOVERS) return null;
  return {
    code: 'poison',
    message: `${fruitlessTakeovers} workers died while they held this run, before it made progress. AIO does not try it again.`,
    takeovers: fruitlessTakeovers,
  };
}
