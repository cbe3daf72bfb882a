import type { Message } from '@aio/platform/queries/engine/load-run';
import type { DatabaseClock } from '@aio/platform/database-clock';
import type { Queryable } from '@aio/platform/queryable';
import type { SecretReader } from '../secret-reader.ts';
import type { StepKind } from '../steps/step-kind.ts';
import type { HeldRun } from './held-run.ts';
import type { Observer } from './observer.ts';
import type { Slices } from './slices.ts';
import type { SlotRequest, Slots } from './slots.ts';
import type { Unit } from './unit.ts';

/** What every part of the engine works with. */
export interface EngineDeps {
  db: Queryable;
  workerId: string;
  kinds: ReadonlyMap<string, StepKind>;
  slots: Slots;
  slices: Slices;
  clock: DatabaseClock;
  secrets: SecretReader;
  observer: Observer;
  /** Puts the run's draft into the next group commit. */
  commit: (run: HeldRun) => void;
  /** Looks at the run again: something of it has ended. */
  advance: (run: HeldRun) => void;
  /** Tells another worker that something is wanted. */
  ring: () => void;
  /** Tells the other workers that steps are offered. */
  announce: () => void;
  /** Tells the worker that has a part of this run to look at it. */
  signal: (runId: string) => void;
  /** A step of the run waits for an event: it may be there already. */
  eventAwaited: (runId: string) => void;
  /** A run that was heard of as it was submitted is begun. */
  begun: (runId: string) => void;
  /** The run has ended: its parent's step waits for that. */
  childEnded: (runId: string) => void;
  /** Steps of the run wait no longer for the runs that they started. */
  childrenLeft: (runId: string) => void;
  /** Takes up what others did to the run; answers whether all of it was. */
  readInbox: (run: HeldRun) => Promise<boolean>;
  /** Applies messages that came before what they are about was there. */
  takeMessages: (run: HeldRun, messages: readonly Message[]) => void;
  /** A unit waits for a slot: it may be handed to another worker. */
  slotAwaited: (request: SlotRequest, run: HeldRun, unit: Unit) => void;
  /** Another worker has begun a step that it was handed. */
  handedBegun: () => void;
  /** A step has left its slot. */
  slotFreed: () => void;
  newId: () => string;
  /** 0 <= x < 1, for the jitter of retries. */
  random: () => number;
}
