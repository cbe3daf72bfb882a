import type { Failure } from '../errors.ts';
import { failAttempt, makeReady } from './attempts.ts';
import { endStep } from './end-step.ts';
import type { Message, Moment } from './rows.ts';
import { findStep, type RunState } from './run-state.ts';
import { REJECTED, StepError, toFailedResult } from './step-outcome.ts';
import type { StepState } from './step-state.ts';

/** Ends the waits that are due. */
export function endDueWaits(run: RunState, nowMs: Moment): void {
  for (const step of run.sleepers) {
    const isKnown = step.iteration === -1 || run.maps.has(step.step.index);
    if (isKnown && step.dueAtMs! <= nowMs) endDueWait(run, step, step.dueAtMs!);
  }
}

function endDueWait(run: RunState, step: StepState, atMs: Moment): void {
  const { timeoutMs } = step.work;
  switch (step.waitsFor) {
    case 'retry':
      step.readyAtMs = atMs;
      return makeReady(run, step);
    case 'delay':
      return endStep(run, step, {
        status: 'succeeded',
        atMs,
        output: { text: '{}', chars: 2, value: {} },
      });
    case 'approval': {
      // A timeout of an approval is not retried: AIO asks a person once.
      const message = `No one decided within ${timeoutMs} ms.`;
      const error = { code: 'timeout', message };
      return endStep(run, step, { status: 'failed', error, atMs });
    }
    default: {
      const message =
        step.waitsFor === 'event'
          ? `No event arrived within ${timeoutMs} ms.`
          : `The child run did not end within ${timeoutMs} ms.`;
      const error = new StepError('timeout', message, { retryable: true });
      failAttempt(run, step, toFailedResult(error), atMs);
    }
  }
}

/** Applies a message. The commit of its effect deletes it, even if the message no longer has an effect. */
export function applyMessage(run: RunState, message: Message): void {
  if (run.applied.has(message.id)) return;
  const index = run.plan.indexOf.get(message.step);
  // The message is loaded again after the map is expanded.
  if (message.iteration >= 0 && index !== undefined && isToBeExpanded(run, index)) return;
  run.applied.add(message.id);
  const step = findStep(run, message);
  if (step) apply(run, step, message);
  run.rows.applied.push({ message: message.id });
}

function apply(run: RunState, step: StepState, message: Message): void {
  if (message.type === 'approval' && step.waitsFor === 'approval') decide(run, step, message);
  else if (message.type === 'event' && step.waitsFor === 'event') receive(run, step, message);
  else if (
    message.type === 'child' &&
    step.waitsFor === 'child' &&
    step.attempt === message.attempt
  )
    endWithChild(run, step, message);
}

function isToBeExpanded(run: RunState, index: number): boolean {
  return !run.maps.has(index) && run.ended[index] === null;
}

interface Decision {
  status: 'approved' | 'rejected';
  comment: string | null;
  decidedBy: string;
}

function decide(run: RunState, step: StepState, message: Message): void {
  const { status, comment, decidedBy } = message.body as Decision;
  const end = { atMs: message.sentAtMs, causedBy: message.traceparent };
  if (status === 'approved') {
    const output = toOutput({ decision: 'approved', comment, by: decidedBy });
    endStep(run, step, { status: 'succeeded', output, ...end });
  } else {
    const error = {
      code: REJECTED,
      message: comment ? `Rejected: ${comment}` : 'Rejected.',
      by: decidedBy,
    };
    endStep(run, step, { status: 'failed', error, ...end });
  }
}

function receive(run: RunState, step: StepState, message: Message): void {
  const event = message.body as Record<'eventId' | 'name' | 'key' | 'receivedAt', string>;
  endStep(run, step, {
    status: 'succeeded',
    atMs: message.sentAtMs,
    causedBy: message.traceparent,
    output: toOutput({ payload: JSON.parse(message.output ?? 'null'), ...event }),
  });
}

function endWithChild(run: RunState, step: StepState, message: Message): void {
  const {
    runId,
    status,
    error,
    finishedAtMs: atMs,
  } = message.body as {
    runId: string;
    status: 'succeeded' | 'failed' | 'cancelled';
    error: Failure | null;
    finishedAtMs: number;
  };
  if (status === 'succeeded') {
    const text = message.output ?? 'null';
    const output = { text, chars: text.length, value: JSON.parse(text) as unknown };
    endStep(run, step, { status, atMs, output });
    return;
  }
  const details = { runId, cause: error };
  const failure =
    error?.code === REJECTED
      ? new StepError(REJECTED, 'A person rejected the child run.', { retryable: false, details })
      : new StepError(
          `child_${status}`,
          `The child run ${status === 'failed' ? 'failed' : 'was cancelled'}.`,
          { retryable: true, details },
        );
  failAttempt(run, step, toFailedResult(failure), atMs);
}

function toOutput(value: unknown) {
  const text = JSON.stringify(value);
  return { text, chars: text.length, value };
}
