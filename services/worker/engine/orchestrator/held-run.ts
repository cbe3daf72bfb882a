import { AioError } from '@aio/core/errors';
import type { Moment, RunProgress } from '@aio/core/run/rows';
import type { Effect, Evaluation, RunState } from '@aio/core/run/run-state';
import type { OutputValues } from '@aio/core/run/scope';
import type { StepState } from '@aio/core/run/step-state';
import { hasTasks } from '@aio/core/run/tasks';

/** A task whose outputs have been fetched. */
export type Prepared = Reading &
  ({ type: 'evaluate'; evaluation: Evaluation } | { type: 'execute'; step: StepState }) & {
    /** When the task before it ended. */
    sinceMs: Moment;
  };

/** The outputs that a task's expressions name. */
export interface Reading {
  outputs: OutputValues;
  /** Why the outputs are unreadable: the attempt fails with it. */
  failure?: AioError;
}

/** Called after a commit; false = it was not written, because the database refused it or the worker lost the run. */
export type AfterCommit = (isCommitted: boolean) => void;

/** The orchestrator, as its runs see it. */
export interface RunKeeper {
  advance(run: HeldRun): void;
  catchUp(run: HeldRun): Promise<boolean>;
}

/** A run that this worker holds: its state, and its work under way in this process. */
export class HeldRun {
  readonly state: RunState;
  /** Time by `performance.now()`. */
  readonly heldSince = performance.now();
  /** Tasks whose outputs were fetched. */
  readonly prepared: Prepared[] = [];
  /** Number of tasks whose outputs are being fetched, and of executions under way. */
  busy = 0;
  /** The commit under way; null = none. */
  commit: {
    progress: RunProgress;
    effects: Effect[];
    after: AfterCommit[];
    changedAtMs: Moment;
  } | null = null;
  /** Since when its next task waits for a turn of the event loop; null = none waits. */
  turnSinceMs: Moment | null = null;
  /** Since when changes wait for the next commit; null = there are none. */
  changedAtMs: Moment | null = null;
  /** Called after the next commit, or at once if there is nothing to commit. */
  afterCommit: AfterCommit[] = [];
  /** true while the orchestrator advances it, so that a nested call returns at once. */
  isAdvancing = false;
  /** A release is under way. If it fails, the worker applies changes that came meanwhile. */
  isReleasing = false;
  /** For the wait that ends first. */
  timer: NodeJS.Timeout | null = null;
  /** For the release of a run whose steps are in lanes. */
  idleTimer: NodeJS.Timeout | null = null;
  /** Whether observers know that the run lasts. */
  isKnownToLast: boolean;
  /** Number of commits that PostgreSQL rejected. */
  refusals = 0;
  /** Ends the run's trial at its next commit; null = no trial. */
  survived: (() => void) | null = null;
  /** Aborts the executions under way. */
  readonly abort = new LazyAbort();
  /** Resolves when this worker no longer holds the run. */
  readonly done: Promise<void>;
  readonly #resolveDone: () => void;
  readonly #keeper: RunKeeper;

  constructor(state: RunState, keeper: RunKeeper) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.state = state;
    this.isKnownToLast = state.claim.was !== 'queued';
    this.done = promise;
    this.#resolveDone = resolve;
    this.#keeper = keeper;
  }

  get id(): string {
    return this.state.claim.id;
  }

  /** Does everything that the run can do now. */
  advance(): void {
    this.#keeper.advance(this);
  }

  /** Applies changes by others. Resolves to true if it applied all of them. */
  catchUp(): Promise<boolean> {
    return this.#keeper.catchUp(this);
  }

  /** true = the run has a task for now. */
  get canGoOn(): boolean {
    return this.prepared.length > 0 || hasTasks(this.state);
  }

  /** Drops the run from this process, which writes nothing more for it. */
  drop(code: string, message: string): void {
    const { state } = this;
    if (state.phase === 'over') return;
    state.phase = 'over';
    if (this.timer) clearTimeout(this.timer);
    if (this.idleTimer) clearTimeout(this.idleTimer);
    this.prepared.length = 0;
    if (this.busy > 0) this.abort.abort(new AioError(code, message));
    for (const act of this.afterCommit.splice(0)) act(false);
    this.#resolveDone();
  }
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
