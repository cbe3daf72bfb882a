import type { Failure } from '@aio/core/errors';
import type { ClaimedRun } from '@aio/core/run/rows';
import type { EngineStorage } from '@aio/core/run/storage';
import { SUSPECT_TAKEOVERS } from '@aio/platform/queries/engine/claim-runs';
import type { HeldRun } from './held-run.ts';

/** A run that makes no progress through so many workers has killed them. */
const POISON_TAKEOVERS = 5;

/**
 * Trials of runs that may have killed their workers. A crash condemns the run that was tried at that moment, and no
 * neighbour: a worker tries one at a time, and each is counted before it is even loaded. It has survived when it
 * commits something, has nothing left to evaluate, or leaves.
 */
export interface Trials {
  /** Waits for the run's turn and counts it. null = it is somebody else's by then, or the database is away. */
  begin(claim: ClaimedRun): Promise<Trial | null>;
}

export interface Trial {
  /** The run is held: the trial ends when it has survived. */
  watch(run: HeldRun): void;
  /** The run has left, or could not be opened. */
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

/** It is tried alone, and counted. */
export function isSuspectRun({ fruitlessTakeovers }: ClaimedRun): boolean {
  return fruitlessTakeovers >= SUSPECT_TAKEOVERS && fruitlessTakeovers < POISON_TAKEOVERS;
}

/** Why the run is not tried again; null = it may be. */
export function verdictOn({ fruitlessTakeovers }: ClaimedRun): Failure | null {
  if (fruitlessTakeovers < POISON_TAKEOVERS) return null;
  return {
    code: 'poison',
    message: `${fruitlessTakeovers} workers died while they held this run, before it made progress. AIO does not try it again.`,
    takeovers: fruitlessTakeovers,
  };
}
