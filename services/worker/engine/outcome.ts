import { retryDelayMs } from '@aio/core/definition/retry';
import { AioError } from '@aio/core/errors';
import type { Template } from '@aio/core/expression/template';
import type { Failure } from '@aio/core/errors';
import { toOutputText, toReadableJson, toStorableText } from '@aio/core/run/output';
import type { StepOutcome } from '../steps/step-kind.ts';
import { StepError } from '../steps/step-kind.ts';
import type { AttemptResult } from './attempt.ts';
import type { EngineDeps } from './engine-deps.ts';
import type { HeldRun } from './held-run.ts';
import { hasUnit, nextSeq, setDue, writeUnit } from './held-run.ts';
import type { OutputValues } from './scope.ts';
import { scopeOf, withOutputs } from './scope.ts';
import { closeUnit } from './settle.ts';
import type { Unit } from './unit.ts';
import { isMapUnit } from './unit.ts';

/** A worker that dies five times with a step running was killed by the step. */
export const POISON_CRASHES = 5;

/** Turns the end of an attempt into the unit's next state. */
export function applyResult(
  deps: EngineDeps,
  run: HeldRun,
  unit: Unit,
  result: AttemptResult,
): void {
  if (result.type === 'error') failAttempt(deps, run, unit, result.error);
  else applyOutcome(deps, run, unit, result.outcome, result.outputText);
}

function applyOutcome(
  deps: EngineDeps,
  run: HeldRun,
  unit: Unit,
  outcome: StepOutcome,
  outputText: string | null,
): void {
  if (outcome.type === 'succeeded') {
    closeUnit(deps, run, unit, {
      status: 'succeeded',
      output: { text: outputText!, value: outcome.output ?? null },
      usage: outcome.usage,
    });
    return;
  }
  unit.status = 'waiting';
  unit.waitsFor = outcome.type;
  const timeoutMs = unit.work.timeoutMs;
  const dueInMs = outcome.type === 'delay' ? outcome.delayMs : timeoutMs;
  setDue(run, unit, dueInMs === null ? null : performance.now() + dueInMs);
  if (outcome.type === 'approval') {
    run.draft.approvals.push({
      id: deps.newId(),
      step: unit.step.id,
      iteration: unit.iteration,
      message: outcome.message && toStorableText(outcome.message),
      approver: outcome.approver && JSON.stringify(outcome.approver),
    });
  }
  writeUnit(run, unit, { dueInMs, waitingSeq: nextSeq(run) });
  run.draft.committed.push((nowMs) => (unit.waitingSinceMs = nowMs));
}

/** The attempt failed: another follows if the policy has one left, else the unit has failed. */
export function failAttempt(deps: EngineDeps, run: HeldRun, unit: Unit, error: unknown): void {
  const failure = toFailure(error);
  const { retry } = unit.work;
  const used = unit.attempt - unit.crashes;
  if (!(error instanceof StepError && error.retryable) || used >= retry.maxAttempts) {
    failUnit(deps, run, unit, failure, error instanceof StepError ? error.usage : null);
    return;
  }
  const dueInMs = Math.max(retryDelayMs(retry, used, deps.random), error.retryAfterMs ?? 0);
  run.draft.attempts.push({
    step: unit.step.id,
    iteration: unit.iteration,
    attempt: unit.attempt,
    status: 'failed',
    error: JSON.stringify(failure),
    usage: error.usage && toReadableJson(error.usage),
    finishedSeq: nextSeq(run),
  });
  // The span of the attempt that ended is told with its own id; the next one gets another.
  const ended = { ...unit };
  run.draft.committed.push((nowMs) => {
    unit.waitingSinceMs = nowMs;
    deps.observer.attemptFailed(run, ended, failure, nowMs);
  });
  unit.status = 'waiting';
  unit.waitsFor = 'retry';
  setDue(run, unit, performance.now() + dueInMs);
  writeUnit(run, unit, { dueInMs, error: JSON.stringify(failure) });
}

/** Ends a unit that has failed for good, as its `onFailure` says. */
export function failUnit(
  deps: EngineDeps,
  run: HeldRun,
  unit: Unit,
  failure: Failure,
  usage: unknown = null,
): void {
  const onFailure = unit.iteration === -1 ? unit.step.onFailure : unit.step.map!.onItemFailure;
  if (onFailure.mode !== 'fallback') {
    closeUnit(deps, run, unit, { status: 'failed', error: failure, usage });
    return;
  }
  const { value: template } = onFailure;
  // Its wait is over, and a draining run stays until its end is written.
  unit.waitsFor = null;
  setDue(run, unit, null);
  run.busy++;
  run.running++;
  withOutputs(deps, run, [template], (outputs) => {
    run.busy--;
    run.running--;
    if (hasUnit(run, unit)) endWithFallback(deps, run, unit, { template, outputs, failure, usage });
    deps.advance(run);
  });
}

function endWithFallback(
  deps: EngineDeps,
  run: HeldRun,
  unit: Unit,
  end: { template: Template; outputs: OutputValues; failure: Failure; usage: unknown },
): void {
  const { template, outputs, failure, usage } = end;
  try {
    const value = template.evaluate(scopeOf(run, [template], outputs, unit));
    const text = toOutputText(value);
    closeUnit(deps, run, unit, {
      status: 'succeeded',
      resolution: 'fallback',
      output: { text, value },
      error: failure,
      usage,
    });
  } catch (error) {
    closeUnit(deps, run, unit, { status: 'failed', error: toFailure(error), usage });
  }
}

/** Ends a wait whose time is over. */
export function wakeUnit(deps: EngineDeps, run: HeldRun, unit: Unit): 'start' | 'ended' {
  if (unit.waitsFor === 'retry') return 'start';
  if (unit.waitsFor === 'delay') {
    closeUnit(deps, run, unit, {
      status: 'succeeded',
      output: { text: '{}', value: {} },
    });
  } else {
    failUnit(deps, run, unit, {
      code: 'timeout',
      message: `Nobody decided within ${unit.work.timeoutMs} ms.`,
    });
  }
  return 'ended';
}

/** A crash is counted apart from the step's own failures; the fifth one convicts it. */
export function isPoison(unit: Unit): boolean {
  return unit.crashes >= POISON_CRASHES && !isMapUnit(unit);
}

export function toFailure(error: unknown): Failure {
  if (error instanceof AioError) {
    return { code: error.code, message: error.message, ...error.details };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'internal', message };
}
