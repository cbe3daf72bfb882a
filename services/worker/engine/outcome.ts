import { retryDelayMs } from '@aio/core/definition/retry';
import { AioError } from '@aio/core/errors';
import type { Template } from '@aio/core/expression/template';
import type { Failure } from '@aio/core/errors';
import { toOutputText, toReadableJson } from '@aio/core/run/output';
import type { StepOutcome } from '../steps/step-kind.ts';
import { StepError } from '../steps/step-kind.ts';
import type { AttemptResult } from './attempt.ts';
import { addTo } from './draft.ts';
import type { EngineDeps } from './engine-deps.ts';
import type { HeldRun } from './held-run.ts';
import { hasUnit, nextSeq, setDue, writeUnit } from './held-run.ts';
import type { OutputValues } from './scope.ts';
import { scopeOf, withOutputs } from './scope.ts';
import { closeUnit, endWait, keyOf } from './settle.ts';
import type { Unit } from './unit.ts';
import { isMapUnit } from './unit.ts';
import { evaluateSoon } from './work.ts';

/** A worker that dies five times with a step running was killed by the step. */
export const POISON_CRASHES = 5;
/** From so many crashes on it runs with nothing beside it, so that no neighbour is condemned for it. */
const SUSPECT_CRASHES = POISON_CRASHES - 1;

/** Turns the end of an attempt into the unit's next state. */
export function applyResult(
  deps: EngineDeps,
  run: HeldRun,
  unit: Unit,
  result: AttemptResult,
): void {
  if (result.type === 'error') failAttempt(deps, run, unit, result.error, result.finishedAtMs);
  else applyOutcome(deps, run, unit, result);
}

function applyOutcome(
  deps: EngineDeps,
  run: HeldRun,
  unit: Unit,
  { outcome, outputText, finishedAtMs }: AttemptResult & { type: 'outcome' },
): void {
  if (outcome.type === 'succeeded') {
    closeUnit(deps, run, unit, {
      status: 'succeeded',
      atMs: finishedAtMs,
      output: { text: outputText!, value: outcome.output ?? null },
      usage: outcome.usage,
    });
    return;
  }
  unit.status = 'waiting';
  unit.waitsFor = outcome.type;
  unit.waitingSinceMs = finishedAtMs;
  const waitMs = outcome.type === 'delay' ? outcome.delayMs : unit.work.timeoutMs;
  setDue(run, unit, waitMs === null ? null : finishedAtMs + waitMs);
  ask(deps, run, unit, outcome);
  writeUnit(run, unit, { dueAt: unit.dueAtMs, waitingSeq: nextSeq(run) });
}

/** Puts what the unit waits for where others find it. */
function ask(
  deps: EngineDeps,
  run: HeldRun,
  unit: Unit,
  outcome: Exclude<StepOutcome, { type: 'succeeded' }>,
): void {
  const key = keyOf(unit);
  const { draft, claim } = run;
  if (outcome.type === 'approval') {
    unit.approvalId = deps.newId();
    addTo(draft, 'approvals', {
      ...key,
      id: unit.approvalId,
      message: outcome.message,
      approver: outcome.approver && JSON.stringify(outcome.approver),
    });
  } else if (outcome.type === 'event') {
    addTo(draft, 'waits', { ...key, name: outcome.name, key: outcome.key });
    draft.committed.push(() => deps.eventAwaited(claim.id));
  } else if (outcome.type === 'child') {
    addTo(draft, 'children', {
      ...key,
      ...outcome.workflow,
      ...deps.observer.chooseChildSpan(run, unit),
      id: deps.newId(),
      attempt: unit.attempt,
    });
    draft.committed.push(() => deps.ring());
  }
}

/** The attempt failed: another follows if the policy has one left, else the unit has failed. */
export function failAttempt(
  deps: EngineDeps,
  run: HeldRun,
  unit: Unit,
  error: unknown,
  endedAtMs: number,
): void {
  const atMs = Math.max(endedAtMs, unit.startedAtMs ?? endedAtMs);
  const failure = toFailure(error);
  const { retry } = unit.work;
  const used = unit.attempt - unit.crashes;
  if (!(error instanceof StepError && error.retryable) || used >= retry.maxAttempts) {
    const usage = error instanceof StepError ? error.usage : null;
    failUnit(deps, run, unit, { failure, usage, atMs });
    return;
  }
  const delayMs = Math.max(retryDelayMs(retry, used, deps.random), error.retryAfterMs ?? 0);
  endAttempt(run, unit, {
    status: 'failed',
    atMs,
    error: failure,
    usage: error.usage && toReadableJson(error.usage),
  });
  // The span of the attempt that ended is told with its own id; the next one gets another.
  const ended = { ...unit };
  run.draft.committed.push(() => deps.observer.attemptFailed(run, ended, failure, atMs));
  endWait(deps, run, unit);
  unit.status = 'waiting';
  unit.waitsFor = 'retry';
  unit.waitingSinceMs = atMs;
  setDue(run, unit, atMs + delayMs);
  writeUnit(run, unit, { dueAt: unit.dueAtMs, error: JSON.stringify(failure) });
}

/** Records an attempt that another follows. What of it is not committed yet is told with it. */
export function endAttempt(
  run: HeldRun,
  unit: Unit,
  end: { status: 'failed' | 'worker_lost'; atMs: number; error: Failure; usage: string | null },
): void {
  const { status, error, usage, atMs } = end;
  addTo(run.draft, 'attempts', {
    ...keyOf(unit),
    status,
    usage,
    attempt: unit.attempt,
    error: JSON.stringify(error),
    workerId: unit.workerId,
    spanId: unit.spanId,
    readyAt: unit.readyAtMs,
    startedAt: unit.startedAtMs,
    finishedAt: atMs,
    startedSeq: run.draft.steps.get(unit)?.startedSeq ?? null,
    finishedSeq: nextSeq(run),
  });
}

/** Why a unit has failed for good. */
interface UnitFailure {
  failure: Failure;
  atMs: number;
  usage?: unknown;
  causedBy?: string | null;
}

/** Ends a unit that has failed for good, as its `onFailure` says. */
export function failUnit(deps: EngineDeps, run: HeldRun, unit: Unit, end: UnitFailure): void {
  const onFailure = unit.iteration === -1 ? unit.step.onFailure : unit.step.map!.onItemFailure;
  if (onFailure.mode !== 'fallback') {
    const { failure: error, ...rest } = end;
    closeUnit(deps, run, unit, { status: 'failed', error, ...rest });
    return;
  }
  const { value: template } = onFailure;
  // Its wait is over, and a draining run stays until its end is written.
  endWait(deps, run, unit);
  setDue(run, unit, null);
  unit.ending = true;
  run.busy++;
  run.running++;
  evaluateSoon(deps, run, () =>
    withOutputs(deps, run, [template], (outputs) => {
      run.busy--;
      run.running--;
      if (hasUnit(run, unit)) endWithFallback(deps, run, unit, { ...end, template, outputs });
    }),
  );
}

function endWithFallback(
  deps: EngineDeps,
  run: HeldRun,
  unit: Unit,
  end: UnitFailure & { template: Template; outputs: OutputValues },
): void {
  const { template, outputs, failure, ...rest } = end;
  try {
    const value = template.evaluate(scopeOf(run, [template], outputs, unit));
    const text = toOutputText(value);
    closeUnit(deps, run, unit, {
      status: 'succeeded',
      resolution: 'fallback',
      output: { text, value },
      error: failure,
      ...rest,
    });
  } catch (error) {
    closeUnit(deps, run, unit, { status: 'failed', error: toFailure(error), ...rest });
  }
}

/** Ends a wait whose time is over. */
export function wakeUnit(deps: EngineDeps, run: HeldRun, unit: Unit): 'start' | 'ended' {
  const { waitsFor } = unit;
  const { timeoutMs } = unit.work;
  const atMs = unit.dueAtMs!;
  if (waitsFor === 'retry') {
    unit.readyAtMs = atMs;
    return 'start';
  }
  if (waitsFor === 'delay') {
    closeUnit(deps, run, unit, {
      status: 'succeeded',
      atMs,
      output: { text: '{}', value: {} },
    });
  } else if (waitsFor === 'approval') {
    // A person is asked once.
    const message = `Nobody decided within ${timeoutMs} ms.`;
    failUnit(deps, run, unit, { failure: { code: 'timeout', message }, atMs });
  } else {
    const message =
      waitsFor === 'event'
        ? `No event came within ${timeoutMs} ms.`
        : `The run that it started did not end within ${timeoutMs} ms.`;
    failAttempt(deps, run, unit, new StepError('timeout', message, { retryable: true }), atMs);
  }
  return 'ended';
}

/** A crash is counted apart from the step's own failures; the fifth one convicts it. */
export function isPoison(unit: Unit): boolean {
  return unit.crashes >= POISON_CRASHES && !isMapUnit(unit);
}

export function isSuspect(unit: Unit): boolean {
  return unit.crashes >= SUSPECT_CRASHES;
}

export function toFailure(error: unknown): Failure {
  if (error instanceof AioError) {
    return { code: error.code, message: error.message, ...error.details };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'internal', message };
}
