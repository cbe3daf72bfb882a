import type { AioError } from '@aio/core/errors';
import type { Evaluation, RunState } from '@aio/core/run/run-state';
import type { OutputValues } from '@aio/core/run/scope';
import type { StepState } from '@aio/core/run/step-state';
import type { EngineStorage } from '@aio/core/run/storage';
import { hasTasks } from '@aio/core/run/tasks';
import type { DatabaseClock } from '@aio/platform/database-clock';
import type { Slices } from '@aio/platform/slices';
import type { Observer } from '../observer.ts';
import type { Outputs } from '../outputs.ts';
import type { Reservation, Room } from '../room.ts';
import type { StepKind } from '../../steps/step-kind.ts';

/** A task whose outputs have been fetched. */
export type Prepared = Reading &
  ({ type: 'evaluate'; evaluation: Evaluation } | { type: 'execute'; step: StepState });

/** The outputs that a task's expressions name. */
export interface Reading {
  outputs: OutputValues;
  /** Room for outputs of the store, until the task is done; null = all were in memory. */
  reservation: Reservation | null;
  /** Why the outputs are unreadable: the attempt fails with it. */
  failure?: AioError;
}

/** A run that this worker holds: its state, and its work under way in this process. */
export interface HeldRun {
  readonly state: RunState;
  /** Time by `performance.now()`. */
  readonly heldSince: number;
  /** Tasks whose outputs were fetched. */
  readonly prepared: Prepared[];
  /** Number of tasks whose outputs are being fetched, and of executions under way. */
  busy: number;
  isCommitting: boolean;
  /** Called after the next commit, or at once if there is nothing to commit. */
  afterCommit: (() => void)[];
  /** true while `advance` runs, so that a nested call returns at once. */
  isAdvancing: boolean;
  /** The latest look at changes by others, and the next one, which waits for it; null = none waits. */
  look: Promise<boolean>;
  nextLook: Promise<boolean> | null;
  /** A release is under way. If it fails, the worker looks at changes that came meanwhile. */
  isReleasing: boolean;
  /** For the wait that ends first. */
  timer: NodeJS.Timeout | null;
  /** For the release of a run whose steps are in lanes. */
  idleTimer: NodeJS.Timeout | null;
  /** Number of commits that PostgreSQL rejected. */
  refusals: number;
  /** Ends the run's trial at its next commit; null = no trial. */
  survived: (() => void) | null;
  /** Aborts the executions under way. */
  readonly abort: LazyAbort;
  /** Resolves when this worker no longer holds the run. */
  readonly done: Promise<void>;
  readonly resolveDone: () => void;
}

export function createHeldRun(state: RunState): HeldRun {
  const { promise, resolve } = Promise.withResolvers<void>();
  return {
    state,
    heldSince: performance.now(),
    prepared: [],
    busy: 0,
    isCommitting: false,
    afterCommit: [],
    isAdvancing: false,
    look: Promise.resolve(true),
    nextLook: null,
    isReleasing: false,
    timer: null,
    idleTimer: null,
    refusals: 0,
    survived: null,
    abort: new LazyAbort(),
    done: promise,
    resolveDone: resolve,
  };
}

/** true = the run has a task for now. */
export function canGoOn({ prepared, state }: HeldRun): boolean {
  return prepared.length > 0 || hasTasks(state);
}

/** An AbortController created on first use, because most executions end at once. */
class LazyAbort {
  #controller: AbortController | null = null;

  get signal(): AbortSignal {
    return (this.#controller ??= new AbortController()).signal;
  }

  abort(reason: unknown): void {
    (this.#controller ??= new AbortController()).abort(reason);
  }
}

export interface OrchestratorDeps {
  storage: EngineStorage;
  outputs: Outputs;
  room: Room;
  kinds: ReadonlyMap<string, StepKind>;
  slices: Slices;
  clock: DatabaseClock;
  observer: Observer;
  /** Does everything the run can do now. */
  advance: (run: HeldRun) => void;
  /** Puts the run's changes into the next group commit. */
  commit: (run: HeldRun) => void;
  /** Applies changes by others to the run. Resolves to true if it applied all of them. */
  look: (run: HeldRun) => Promise<boolean>;
  /** true = the worker holds as many runs as it may. */
  isFull: () => boolean;
}
