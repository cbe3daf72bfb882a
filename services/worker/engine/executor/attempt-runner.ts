import type { Plan } from '@aio/core/definition/plan';
import { AioError } from '@aio/core/errors';
import type { Scope } from '@aio/core/expression/scope';
import { RATE_LIMITED } from '@aio/core/run/step-outcome';
import type { ClaimedAttempt, EngineStorage } from '@aio/core/run/storage';
import { type AttemptEnd, createStep, type StepState } from '@aio/core/run/step-state';
import type { DatabaseClock } from '@aio/platform/postgres/database-clock';
import type { ResourceRates } from '@aio/platform/redis/resource-rates';
import type { LiveTextPublisher } from '@aio/platform/queues/live-texts';
import type { Slices } from '@aio/platform/postgres/slices';
import { Call } from './call.ts';
import { evaluateWith, type Given } from './evaluate-with.ts';
import { aborted, failedAttempt, runAttempt, type TimeLimit } from './run-attempt.ts';
import { AttemptLog } from './step-log.ts';
import type { Observer, TracedRun } from '../observer.ts';
import type { Plans } from '../plans.ts';
import { Places } from '../places.ts';
import type { SecretReader } from '../secret-reader.ts';
import type { StepKind } from '../../steps/step-kind.ts';
import type { Throughput } from '../throughput.ts';
import { whileAway } from '../../while-away.ts';
import { showLiveText } from './live-text.ts';
import { loadScope } from './load-scope.ts';

/** Long answers of a worker at once. An answer takes at most some 20 MB while it is parsed. */
const LONG_ANSWERS = 16;

export interface AttemptRunnerDeps {
  storage: Pick<EngineStorage, 'loadFacts'>;
  workerId: string;
  kinds: ReadonlyMap<string, StepKind>;
  clock: DatabaseClock;
  plans: Plans;
  secrets: SecretReader;
  rates: ResourceRates;
  throughput: Pick<Throughput, 'began'>;
  slices: Slices;
  liveTexts: Pick<LiveTextPublisher, 'watchersOf' | 'publish'>;
  observer: Observer;
}

export interface Execution {
  attempt: ClaimedAttempt;
  abort: AbortController;
  /** The shared resource that it calls, such as a model; null = none. */
  resource: string | null;
  /** The kind's code has started. */
  hasBegun: boolean;
}

/** The step was cancelled, or another worker has the attempt. Its result is not recorded. */
export class Cancelled extends AioError {
  constructor() {
    super('cancelled', 'The step was cancelled, or another worker executes it.');
  }
}

/** Executes claimed attempts: evaluates `with` from the run's rows, and calls the kind. */
export class AttemptRunner {
  readonly #deps: AttemptRunnerDeps;
  /** Per run, the last evaluation that waits for its turn. */
  readonly #turns = new Map<string, Promise<unknown>>();
  readonly #places = new Places(LONG_ANSWERS);

  constructor(deps: AttemptRunnerDeps) {
    this.#deps = deps;
  }

  /** Never rejects: a failure is an end, too. */
  async run(execution: Execution): Promise<AttemptEnd> {
    const { workerId, observer, clock, plans } = this.#deps;
    const { attempt, abort, resource } = execution;
    let step: StepState | null = null;
    let begun: Begun = { atMs: clock.now(), loop: performance.eventLoopUtilization() };
    let log: AttemptLog | null = null;
    let end: AttemptEnd;
    try {
      const versionId = attempt.workflowVersionId;
      const plan = await this.#read(abort, () => plans.get(versionId));
      const workflowVersion = await plans.numberOf(versionId);
      step = toStep(attempt, workerId, plan.steps[plan.indexOf.get(attempt.step)!]!);
      const given = await this.#evaluate(execution, step, plan);
      const traced = tracedRun(attempt);
      log = new AttemptLog(observer, traced, step, given.redactor);
      const call = new Call({ ...traced, depth: attempt.depth }, step, {
        ...given,
        workflowVersion,
        abort,
        log,
        trace: observer.jobContext(),
        takePlace: () => this.#places.take(execution, abort.signal),
      });
      begun = this.#begin(execution, step);
      end = await this.#call(execution, step, call, begun);
    } catch (error) {
      end = failedAttempt(abort.signal.aborted ? abort.signal.reason : error, clock.now());
    }
    if (step) this.#report(execution, step, begun, end);
    const isCancelled = abort.signal.reason instanceof Cancelled;
    if (step && !isCancelled && resource) end = await this.#reportToResource(resource, end);
    return { ...end, startedAtMs: begun.atMs, log: log?.take() ?? null };
  }

  /** To call when the result is committed. */
  leavePlace(execution: Execution): void {
    this.#places.leave(execution);
  }

  #begin(execution: Execution, { work }: StepState): Begun {
    execution.hasBegun = true;
    this.#deps.throughput.began(work.lane);
    return { atMs: this.#deps.clock.now(), loop: performance.eventLoopUtilization() };
  }

  async #call(
    { attempt, abort }: Execution,
    { work }: StepState,
    call: Call,
    begun: Begun,
  ): Promise<AttemptEnd> {
    const { kinds, clock, liveTexts } = this.#deps;
    const limit = limitOf(work, attempt, begun.atMs);
    const endLiveText = showLiveText(liveTexts, attempt, call);
    const end = await runAttempt(kinds.get(work.kind)!, call, abort, { limit, clock });
    endLiveText();
    return end;
  }

  #report({ attempt, abort }: Execution, step: StepState, begun: Begun, end: AttemptEnd): void {
    const isCancelled = abort.signal.reason instanceof Cancelled;
    this.#deps.observer.attemptExecuted(tracedRun(attempt), step, {
      startedAtMs: begun.atMs,
      endedAtMs: end.atMs,
      eventLoopActiveMs: performance.eventLoopUtilization(begun.loop).active,
      errorType: isCancelled ? 'cancelled' : errorTypeOf(end),
    });
  }

  async #evaluate(execution: Execution, step: StepState, plan: Plan): Promise<Given> {
    const { storage, observer, clock } = this.#deps;
    const { attempt, abort } = execution;
    const sinceMs = clock.now();
    try {
      const scope = await this.#read(abort, () =>
        loadScope(storage, plan, step.work.with, attempt),
      );
      return await this.#evaluateIn(scope, execution, step);
    } finally {
      const work = { type: 'evaluate', field: 'with', isOfJob: true } as const;
      observer.worked(tracedRun(attempt), { ...work, step, sinceMs, untilMs: clock.now() });
    }
  }

  async #evaluateIn(
    scope: Scope,
    { attempt, abort: { signal } }: Execution,
    { work }: StepState,
  ): Promise<Given> {
    const { secrets, kinds } = this.#deps;
    const names = work.with.secrets;
    const values =
      names.length === 0
        ? {}
        : await Promise.race([secrets.read(names, () => !signal.aborted), aborted(signal)]);
    return this.#inTurn(attempt.runId, () => {
      signal.throwIfAborted();
      return evaluateWith(kinds.get(work.kind)!, work, scope, values);
    });
  }

  /** Evaluates one step of a run at a time, so that runs with many steps here do not block others. */
  async #inTurn<Result>(runId: string, work: () => Result): Promise<Result> {
    const before = this.#turns.get(runId) ?? Promise.resolve();
    const turn = before.then(() => this.#deps.slices.perform({}, work));
    const over = turn.catch(() => undefined);
    this.#turns.set(runId, over);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(runId) === over) this.#turns.delete(runId);
    }
  }

  /**
   * A refusal, or a Retry-After, stops all calls of the resource, and no other calls of the lane. The next attempt waits
   * as long.
   */
  async #reportToResource(resource: string, end: AttemptEnd): Promise<AttemptEnd> {
    const { rates } = this.#deps;
    const { result } = end;
    if (result.type === 'succeeded') await rates.answered(resource);
    if (result.type !== 'failed' || result.retry === null) return end;
    const asked = result.retry.afterMs || null;
    if (asked === null && result.failure.code !== RATE_LIMITED) return end;
    const afterMs = await rates.pause(resource, asked);
    return { ...end, result: { ...result, retry: { afterMs } } };
  }

  #read<Answer>({ signal }: AbortController, ask: () => Promise<Answer>): Promise<Answer> {
    const answer = whileAway(ask, {
      isWanted: () => !signal.aborted,
      onOutage: (error) => this.#deps.observer.troubled('load the data of a step', error),
    });
    return Promise.race([answer, aborted(signal)]);
  }
}

/** When the kind's code started, and the event loop then. */
interface Begun {
  atMs: number;
  loop: ReturnType<typeof performance.eventLoopUtilization>;
}

/** null = no limit */
function limitOf(
  { timeoutMs }: StepState['work'],
  { sharesTimeoutSinceMs }: ClaimedAttempt,
  atMs: number,
): TimeLimit | null {
  if (timeoutMs === null) return null;
  const spentMs = Math.max(0, atMs - (sharesTimeoutSinceMs ?? atMs));
  return { timeoutMs, leftMs: Math.max(0, Math.round(timeoutMs - spentMs)) };
}

function toStep(
  { iteration, attempt, spanId, readyAtMs }: ClaimedAttempt,
  workerId: string,
  planned: StepState['step'],
): StepState {
  const step = createStep(planned, { iteration });
  return Object.assign(step, { attempt, spanId, readyAtMs, workerId });
}

function errorTypeOf({ result }: AttemptEnd): string | null {
  if (result.type === 'deferred') return 'worker_stopping';
  return result.type === 'failed' ? result.failure.code : null;
}

export function tracedRun(attempt: ClaimedAttempt): TracedRun {
  const { runId: id, workflowId, workflowName, owner, traceparent, tracestate } = attempt;
  return { id, workflowId, workflowName, owner, traceparent, tracestate };
}
