import type { Failure } from '../errors.ts';
import { endStep, endWait } from './end-step.ts';
import { toReadableJson } from './output-text.ts';
import type { CancelledAttempt, Moment } from './rows.ts';
import { nextAttempt } from './next-attempt.ts';
import { writeStep } from './next-commit.ts';
import { addCost, type Effect, nextSeq, type RunState, setDue } from './run-state.ts';
import {
  type AttemptEnd,
  isExecuted,
  isInLane,
  isMap,
  keyOf,
  type StepState,
} from './step-state.ts';
import { type AttemptResult, RATE_LIMITED, type StepWait } from './step-outcome.ts';

/** After this many crashes during one step, AIO blames the step. */
export const POISON_CRASHES = 5;
/** After this many crashes the step runs alone, so that no other step is blamed for the next crash. */
const SUSPECT_CRASHES = POISON_CRASHES - 1;

/** Whether the next attempt may be the one that makes the step poison. A worker executes such a step alone. */
export function isSuspect({ crashes }: Pick<StepState, 'crashes'>): boolean {
  return crashes >= SUSPECT_CRASHES;
}

/** Makes the step's next attempt ready: for an executor of its lane, or for the orchestrator itself. */
export function makeReady(run: RunState, step: StepState): void {
  step.waitsFor = null;
  setDue(run, step, null);
  if (isPoison(step)) return failPoison(run, step);
  if (!isInLane(step)) {
    run.tasks.executions.push(step);
    return;
  }
  step.status = 'ready';
  step.workerId = null;
  writeStep(run, step);
  run.effects.push({ type: 'dispatch', step });
}

/** Records that the orchestrator starts an attempt. */
export function beginInline(run: RunState, step: StepState): void {
  begin(run, step, {
    attempt: step.attempt + 1,
    workerId: null,
    spanId: run.sources.stepSpanId(step),
    atMs: run.sources.now(),
  });
}

/** Records that an executor has started the attempt. */
export function beginInLane(
  run: RunState,
  step: StepState,
  begun: { attempt: number; workerId: string; spanId: string | null; atMs: Moment },
): void {
  if (step.status === 'ready' && begun.attempt === step.attempt + 1) begin(run, step, begun);
}

function begin(
  run: RunState,
  step: StepState,
  begun: { attempt: number; workerId: string | null; spanId: string | null; atMs: Moment },
): void {
  step.status = 'running';
  step.attempt = begun.attempt;
  step.workerId = begun.workerId;
  step.spanId = begun.spanId;
  setStarted(step, begun.atMs);
  writeStep(run, step, { startedSeq: nextSeq(run) });
  if (!isInLane(step)) reportStart(run, step);
}

/** Sets the start, but not before the attempt was ready: the clocks of processes differ a little. */
export function setStarted(step: StepState, atMs: Moment): void {
  step.startedAtMs = Math.max(atMs, step.readyAtMs ?? atMs);
}

/** Completes the ends of steps whose attempts had started when the commit cancelled them. */
export function learnCancelled(
  effects: readonly Effect[],
  cancelled: readonly CancelledAttempt[],
): void {
  if (cancelled.length === 0) return;
  const attempts = new Map(cancelled.map((one) => [`${one.step} ${one.iteration}`, one]));
  for (const effect of effects) {
    if (effect.type !== 'stepEnded') continue;
    const { step, end } = effect;
    const begun = attempts.get(`${step.step.id} ${step.iteration}`);
    if (begun === undefined || begun.attempt <= step.attempt) continue;
    const { attempt, workerId, spanId, startedAtMs } = begun;
    Object.assign(step, { attempt, workerId, spanId, startedAtMs });
    end.endsAttempt = true;
  }
}

function reportStart(run: RunState, step: StepState): void {
  run.effects.push({ type: 'attemptStarted', step: { ...step } });
  step.waitingSinceMs = null;
}

/** Applies the end of an attempt to the step, if it is the current one. */
export function endAttempt(run: RunState, step: StepState, attempt: number, end: AttemptEnd): void {
  if (step.status !== 'running' || step.attempt !== attempt) return;
  const { result, atMs } = end;
  if (end.startedAtMs !== undefined) setStarted(step, end.startedAtMs);
  // Counts an executor's attempt at its end, because its start may still move a little before.
  if (isExecuted(step) && result.type !== 'deferred' && result.type !== 'lost')
    reportStart(run, step);
  if (end.log) run.rows.logs.push({ ...keyOf(step), attempt: step.attempt, ...end.log });
  switch (result.type) {
    case 'succeeded':
      return endStep(run, step, {
        status: 'succeeded',
        atMs,
        output: end.output!,
        usage: result.usage,
      });
    case 'failed':
      return failAttempt(run, step, result, atMs);
    case 'deferred':
      return deferAttempt(run, step, atMs);
    case 'lost':
      return loseAttempt(run, step, atMs);
    default:
      return wait(run, step, result, atMs);
  }
}

/** Fails the attempt. If another attempt is allowed, it schedules one; else the step fails. */
export function failAttempt(
  run: RunState,
  step: StepState,
  { failure, retry, usage }: AttemptResult & { type: 'failed' },
  endedAtMs: Moment,
): void {
  const atMs = Math.max(endedAtMs, step.startedAtMs ?? endedAtMs);
  const next = nextAttempt(step, { failure, retry }, { atMs, random: run.sources.random });
  if ('failure' in next) {
    endStep(run, step, { status: 'failed', error: next.failure, usage, atMs });
    return;
  }
  addCost(run, usage);
  writeEndedAttempt(run, step, 'failed', { atMs, failure, usage: usage && toReadableJson(usage) });
  run.effects.push({ type: 'attemptFailed', step: { ...step }, failure, atMs });
  endWait(run, step);
  step.status = 'waiting';
  step.waitsFor = 'retry';
  step.waitingSinceMs = atMs;
  setDue(run, step, atMs + next.delayMs);
  writeStep(run, step, { dueAt: step.dueAtMs, error: JSON.stringify(failure) });
}

/** The worker stopped during the attempt. It does not count, and the step is ready again. */
function deferAttempt(run: RunState, step: StepState, atMs: Moment): void {
  step.attempt--;
  step.readyAtMs = atMs;
  makeReady(run, step);
}

/** The worker died. Counts a crash; the step is ready again, or poison. */
function loseAttempt(run: RunState, step: StepState, endedAtMs: Moment): void {
  const failure = { code: 'worker_lost', message: 'The worker that ran this attempt was lost.' };
  const atMs = Math.max(endedAtMs, step.startedAtMs ?? 0);
  step.crashes++;
  if (!isPoison(step)) {
    writeEndedAttempt(run, step, 'worker_lost', { atMs, failure, usage: null });
    run.effects.push({ type: 'attemptLost', step: { ...step }, atMs });
    step.readyAtMs = atMs;
  }
  makeReady(run, step);
}

/** Crashes do not count as the step's failures. The fifth crash makes the step poison. */
function isPoison(step: StepState): boolean {
  return step.crashes >= POISON_CRASHES && !isMap(step);
}

/** Ends the step. The attempt that made it poison is its last one. */
function failPoison(run: RunState, step: StepState): void {
  const message = `${step.crashes} workers died while running this step. AIO does not retry it.`;
  const failure = { code: 'poison', message, crashes: step.crashes };
  endStep(run, step, { status: 'failed', error: failure, atMs: run.sources.now() });
}

function writeEndedAttempt(
  run: RunState,
  step: StepState,
  status: 'failed' | 'worker_lost',
  end: { atMs: Moment; failure: Failure; usage: string | null },
): void {
  step.firstStartedAtMs ??= step.startedAtMs;
  if (end.failure.code === RATE_LIMITED) step.rateLimits++;
  run.rows.attempts.push({
    ...keyOf(step),
    status,
    usage: end.usage,
    attempt: step.attempt,
    error: JSON.stringify(end.failure),
    workerId: step.workerId,
    spanId: step.spanId,
    readyAt: step.readyAtMs,
    startedAt: step.startedAtMs,
    finishedAt: end.atMs,
    startedSeq: findStartedSeq(run, step),
    finishedSeq: nextSeq(run),
  });
}

/** The number of a start that is not yet committed; null = the row has it. */
function findStartedSeq(run: RunState, step: StepState): number | null {
  const { step: id, iteration } = keyOf(step);
  const row = run.rows.steps.find((one) => one.step === id && one.iteration === iteration);
  return row?.startedSeq ?? null;
}

/** The step waits. Writes the request that others will answer. */
function wait(run: RunState, step: StepState, asked: StepWait, atMs: Moment): void {
  step.status = 'waiting';
  step.waitsFor = asked.type;
  step.waitingSinceMs = atMs;
  const waitMs = asked.type === 'delay' ? asked.delayMs : step.work.timeoutMs;
  setDue(run, step, waitMs === null ? null : atMs + waitMs);
  ask(run, step, asked);
  writeStep(run, step, { dueAt: step.dueAtMs, waitingSeq: nextSeq(run) });
}

function ask(run: RunState, step: StepState, asked: StepWait): void {
  const { rows, effects, sources } = run;
  const key = keyOf(step);
  switch (asked.type) {
    case 'approval': {
      const { message, approver } = asked;
      step.approvalId = sources.newId();
      rows.approvals.push({
        ...key,
        id: step.approvalId,
        message,
        approver: approver && JSON.stringify(approver),
      });
      return;
    }
    case 'event':
      rows.waits.push({ ...key, name: asked.name, key: asked.key });
      effects.push({ type: 'eventAwaited' });
      return;
    case 'child': {
      const { attempt } = step;
      const spans = sources.newChildSpan(step);
      const child = { ...key, ...asked.workflow, ...spans, attempt };
      rows.children.push(child);
      effects.push({ type: 'childStarted', child });
    }
  }
}
