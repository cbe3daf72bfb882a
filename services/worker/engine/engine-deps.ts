import type { Queryable } from '@aio/platform/queryable';
import type { WakeUp } from '@aio/core/wake-up';
import type { StepKind } from '../steps/step-kind.ts';
import type { HeldRun } from './held-run.ts';
import type { Observer } from './observer.ts';
import type { Slots } from './slots.ts';

/** What every part of the engine works with. */
export interface EngineDeps {
  db: Queryable;
  workerId: string;
  kinds: ReadonlyMap<string, StepKind>;
  slots: Slots;
  observer: Observer;
  /** Puts the run's draft into the next group commit. */
  commit: (run: HeldRun) => void;
  /** Looks at the run again: something of it has ended. */
  advance: (run: HeldRun) => void;
  /** Tells the other workers of a run that was handed back. */
  wake: (wakeUp: WakeUp) => void;
  newId: () => string;
  /** 0 <= x < 1, for the jitter of retries. */
  random: () => number;
}
