import type { AioError } from '@aio/core/errors';
import type { Evaluation, RunState } from '@aio/core/run/run-state';
import type { OutputValues } from '@aio/core/run/scope';
import type { StepState } from '@aio/core/run/step-state';
import type { EngineStorage } from '@aio/core/run/storage';
import { hasTasks } from '@aio/core/run/tasks';
import type { DatabaseClock } from '@aio/platform/database-clock';
import type { Observer } from '../observer.ts';
import type { Outputs } from '../outputs.ts';
import type { Reservation, Room } from '../room.ts';
import type { Slices } from '../slices.ts';
import type { StepKind } from '../steps/step-kind.ts';

/** What a run goes on with once the outputs that its expressions name are there. */
export type Prepared = Reading &
  ({ type: 'evaluate'; evaluation: Evaluation } | { type: 'execute'; step: StepState });

/** What was read for a task. */
export interface Reading {
  outputs: OutputValues;
  /** Has the room for those of the output store, until the task is done; null = all were in memory. */
  reservation: Reservation | null;
  /** Why they cannot be read: the attempt has failed. */
  failure?: AioError;
}

/** A run while this worker has its lease: its state, and what of it is under way in this process. */
export interface HeldRun {
  readonly state: RunState;
  /** By `performance.now()`. */
  readonly heldSince: number;
  /** Tasks whose outputs were fetched. */
  readonly prepared: Prepared[];
  /** Tasks whose outputs are being fetched, and executions under way. */
  busy: number;
  isCommitting: boolean;
  /** Called after the next commit, or at once if there is none to come. */
  afterCommit: (() => void)[];
  /** true while the run advances: what that calls may ask for it again without going deeper. */
  isAdvancing: boolean;
  /** The last look at what others did to it, and the one that waits for that to end; null = none waits. */
  look: Promise<boolean>;
  nextLook: Promise<boolean> | null;
  /** It is being let go; what comes meanwhile is looked at when that was refused. */
  isReleasing: boolean;
  /** For the wait that ends first. */
  timer: NodeJS.Timeout | null;
  /** For letting it go while its steps are in lanes. */
  idleTimer: NodeJS.Timeout | null;
  /** Commits that the database has refused. */
  refusals: number;
  /** Called with the next commit of a run that is tried alone; null = it is not, or not any more. */
  survived: (() => void) | null;
  /** Ends the executions under way; made when one asks for it. */
  readonly abort: LazyAbort;
  /** Resolves when the run has left this worker. */
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

/** true = the run has something to do at once. */
export function canGoOn({ prepared, state }: HeldRun): boolean {
  return prepared.length > 0 || hasTasks(state);
}

/** An AbortController that is made when somebody asks for it: most executions end at once. */
class LazyAbort {
  #controller: AbortController | null = null;

  get signal(): AbortSignal {
    return (this.#controller ??= new AbortController()).signal;
  }

  abort(reason: unknown): void {
    (this.#controller ??= new AbortController()).abort(reason);
  }
}

/** What every part of the orchestrator works with. */
export interface OrchestratorDeps {
  storage: EngineStorage;
  outputs: Outputs;
  room: Room;
  kinds: ReadonlyMap<string, StepKind>;
  slices: Slices;
  clock: DatabaseClock;
  observer: Observer;
  /** Does what the run can do now. */
  advance: (run: HeldRun) => void;
  /** Puts the run's changes into the next group commit. */
  commit: (run: HeldRun) => void;
  /** Applies what others did to the run; answers whether all of it was. */
  look: (run: HeldRun) => Promise<boolean>;
  /** true = all slots for runs are taken. */
  isFull: () => boolean;
}
