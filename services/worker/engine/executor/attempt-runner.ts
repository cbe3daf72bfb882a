import type { Plan } from '@aio/core/definition/plan';
import { AioError } from '@aio/core/errors';
import type { Scope } from '@aio/core/expression/scope';
import { RATE_LIMITED } from '@aio/core/run/step-outcome';
import type { ClaimedAttempt } from '@aio/core/run/storage';
import { createStep, type StepState } from '@aio/core/run/step-state';
import type { DatabaseClock } from '@aio/platform/database-clock';
import type { ResourceRates } from '@aio/platform/resource-rates';
import type { Slices } from '@aio/platform/slices';
import { Call } from './call.ts';
import { evaluateWith, type Given } from './evaluate-with.ts';
import { keepOutput } from './keep-output.ts';
import { aborted, type EndedCall, failedCall, runAttempt, type TimeLimit } from './run-attempt.ts';
import { AttemptLog, type Logged } from './step-log.ts';
import type { Observer, TracedRun } from '../observer.ts';
import type { Outputs } from '../outputs.ts';
import type { Plans } from '../plans.ts';
import type { Room } from '../room.ts';
import type { SecretReader } from '../secret-reader.ts';
import type { StepKind } from '../../steps/step-kind.ts';
import type { Throughput } from '../throughput.ts';
import { whileAway } from '../while-away.ts';
import { loadScope } from './load-scope.ts';

export interface AttemptRunnerDeps {
  outputs: Outputs;
  room: Room;
  workerId: string;
  kinds: ReadonlyMap<string, StepKind>;
  clock: DatabaseClock;
  plans: Plans;
  secrets: SecretReader;
  rates: ResourceRates;
  throughput: Pick<Throughput, 'began'>;
  slices: Slices;
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

export interface Executed extends EndedCall {
  /** When the kind's code started, by the database's clock. */
  startedAtMs: number;
  log: Logged | null;
}

/** The step was cancelled, or another worker has the attempt. Its result is not recorded. */
export class Cancelled extends AioError {
  constructor() {
    super('cancelled', 'The step was cancelled, or another worker executes it.');
  }
}

/** Executes claimed attempts: evaluates `with` from the run's rows, and calls the kind. */
export function createAttemptRunner(
  deps: AttemptRunnerDeps,
): (execution: Execution) => Promise<Executed> {
  const { outputs, room, workerId, observer, clock, plans, rates } = deps;
  /** Per run, the last evaluation that waits for its turn. */
  const turns = new Map<string, Promise<unknown>>();

  async function run(execution: Execution): Promise<Executed> {
    const { attempt, abort } = execution;
    const traced = tracedRun(attempt);
    let step: StepState | null = null;
    let log: AttemptLog | null = null;
    let startedAtMs = clock.now();
    let loopBefore = performance.eventLoopUtilization();
    let ended: EndedCall;
    const holding = room.reserve();
    try {
      const plan = await read(abort, () => plans.get(attempt.workflowVersionId));
      step = toStep(attempt, workerId, plan.steps[plan.indexOf.get(attempt.step)!]!);
      const { work } = step;
      const given = await evaluate(execution, step, plan);
      log = new AttemptLog(observer, traced, step, given.redactor);
      const call = new Call({ ...traced, depth: attempt.depth }, step, {
        ...given,
        abort,
        log,
        trace: observer.jobContext(),
        makeRoom: (bytes) => holding.take(bytes, abort.signal),
      });
      execution.hasBegun = true;
      deps.throughput.began(work.lane);
      startedAtMs = clock.now();
      loopBefore = performance.eventLoopUtilization();
      const limit = limitOf(work, attempt, startedAtMs);
      ended = await runAttempt(deps.kinds.get(work.kind)!, call, abort, { limit, clock });
      const kept = keepOutput(outputs, attempt.runId, ended, abort.signal);
      ended = await Promise.race([kept, aborted(abort.signal)]);
    } catch (error) {
      ended = failedCall(abort.signal.aborted ? abort.signal.reason : error, clock.now());
    } finally {
      holding.close();
    }
    if (step) {
      const isCancelled = abort.signal.reason instanceof Cancelled;
      observer.attemptExecuted(traced, step, {
        startedAtMs,
        endedAtMs: ended.endedAtMs,
        eventLoopActiveMs: performance.eventLoopUtilization(loopBefore).active,
        errorType: isCancelled ? 'cancelled' : errorTypeOf(ended),
      });
      if (!isCancelled) ended = await reportToResource(execution.resource, ended);
    }
    return { ...ended, startedAtMs, log: log?.take() ?? null };
  }

  async function evaluate(execution: Execution, step: StepState, plan: Plan): Promise<Given> {
    const { attempt, abort } = execution;
    const { signal } = abort;
    const reservation = room.reserve();
    try {
      const reading = { reservation, signal };
      const scope = await read(abort, () =>
        loadScope(outputs, plan, step.work.with, attempt, reading),
      );
      return await evaluateIn(scope, execution, step);
    } finally {
      reservation.close();
    }
  }

  async function evaluateIn(
    scope: Scope,
    { attempt, abort: { signal } }: Execution,
    { work }: StepState,
  ): Promise<Given> {
    const names = work.with.secrets;
    const secrets =
      names.length === 0
        ? {}
        : await Promise.race([deps.secrets.read(names, () => !signal.aborted), aborted(signal)]);
    return inTurn(attempt.runId, () => {
      signal.throwIfAborted();
      return evaluateWith(deps.kinds.get(work.kind)!, work, scope, secrets);
    });
  }

  /** Evaluates one step of a run at a time, so that runs with many steps here do not block others. */
  async function inTurn<Result>(runId: string, work: () => Result): Promise<Result> {
    const before = turns.get(runId) ?? Promise.resolve();
    const turn = before.then(() => deps.slices.perform({}, work));
    const over = turn.catch(() => undefined);
    turns.set(runId, over);
    try {
      return await turn;
    } finally {
      if (turns.get(runId) === over) turns.delete(runId);
    }
  }

  /**
   * A refusal, or a Retry-After, stops all calls of the resource, and no other calls of the lane. The next attempt waits
   * as long.
   */
  async function reportToResource(resource: string | null, ended: EndedCall): Promise<EndedCall> {
    const { result } = ended;
    if (resource === null) return ended;
    if (result.type === 'succeeded') await rates.answered(resource);
    if (result.type !== 'failed' || result.retry === null) return ended;
    const asked = result.retry.afterMs || null;
    if (asked === null && result.failure.code !== RATE_LIMITED) return ended;
    const afterMs = await rates.pause(resource, asked);
    return { ...ended, result: { ...result, retry: { afterMs } } };
  }

  function read<Answer>({ signal }: AbortController, ask: () => Promise<Answer>): Promise<Answer> {
    const answer = whileAway(ask, {
      isWanted: () => !signal.aborted,
      onOutage: (error) => observer.troubled('load the data of a step', error),
    });
    return Promise.race([answer, aborted(signal)]);
  }

  return run;
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

function errorTypeOf({ result }: EndedCall): string | null {
  if (result.type === 'deferred') return 'worker_stopping';
  return result.type === 'failed' ? result.failure.code : null;
}

function tracedRun(attempt: ClaimedAttempt): TracedRun {
  const { runId: id, workflowId, workflowName, owner, traceparent, tracestate } = attempt;
  return { id, workflowId, workflowName, owner, traceparent, tracestate };
}
