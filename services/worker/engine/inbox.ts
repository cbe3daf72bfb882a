import type { Failure } from '@aio/core/errors';
import { loadInbox } from '@aio/platform/queries/engine/load-run';
import type { Message } from '@aio/platform/queries/engine/load-run';
import { StepError } from '../steps/step-kind.ts';
import { addTo } from './draft.ts';
import type { EngineDeps } from './engine-deps.ts';
import { attemptEnded, attemptStarted } from './foreign-attempt.ts';
import type { HeldRun } from './held-run.ts';
import { isExpanded } from './held-run.ts';
import { failAttempt, failUnit } from './outcome.ts';
import { closeUnit, flushMessages } from './settle.ts';
import type { Unit } from './unit.ts';
import { unitKey } from './unit.ts';

/**
 * Takes up what others did to the run since it was last looked at. One look at a time; whoever asks
 * during one gets the next, which sees what he saw. Answers whether all of it was taken up.
 */
export function readInbox(deps: EngineDeps, run: HeldRun): Promise<boolean> {
  if (run.nextLook) return run.nextLook;
  const look = run.look.then(() => {
    run.nextLook = null;
    return read(deps, run);
  });
  run.nextLook = look;
  run.look = look;
  return look;
}

async function read(deps: EngineDeps, run: HeldRun): Promise<boolean> {
  try {
    for (;;) {
      const known = [...run.takenMessages];
      const { signal, messages, more } = await loadInbox(deps.db, run.claim.id, known);
      if (run.phase !== 'working') return false;
      if (!more) run.signalSeen = Math.max(run.signalSeen, signal);
      takeMessages(deps, run, messages);
      deps.advance(run);
      if (!more) return true;
    }
  } catch (error) {
    // The next renewal of the lease looks again.
    deps.observer.troubled('reading what came for a run', error);
    return false;
  }
}

/**
 * Applies messages. Each is deleted by the commit that has its effect; one that has none any more,
 * since the step has ended, by the next.
 */
export function takeMessages(deps: EngineDeps, run: HeldRun, messages: readonly Message[]): void {
  for (const message of messages) {
    const index = run.plan.indexOf.get(message.step);
    const unit = index === undefined ? undefined : run.units.get(unitKey(index, message.iteration));
    run.takenMessages.add(message.id);
    if (unit && !isExpanded(run, unit)) {
      run.earlyMessages.push(message);
    } else if (unit) {
      unit.messages.push(message.id);
      apply(deps, run, unit, message);
      if (!unit.ending) flushMessages(run, unit);
    } else addTo(run.draft, 'taken', { message: message.id });
  }
}

function apply(deps: EngineDeps, run: HeldRun, unit: Unit, message: Message): void {
  switch (message.type) {
    case 'approval':
      if (unit.waitsFor === 'approval') decide(deps, run, unit, message);
      return;
    case 'event':
      if (unit.waitsFor === 'event') receive(deps, run, unit, message);
      return;
    case 'child':
      if (unit.waitsFor === 'child' && unit.attempt === message.attempt) {
        endWithChild(deps, run, unit, message);
      }
      return;
    case 'started':
      attemptStarted(deps, run, unit, {
        ...message,
        ...(message.body as { spanId: string | null }),
      });
      return;
    case 'ended':
      attemptEnded(deps, run, unit, message);
  }
}

interface Decision {
  status: 'approved' | 'rejected';
  comment: string | null;
  decidedBy: string | null;
}

function decide(deps: EngineDeps, run: HeldRun, unit: Unit, message: Message): void {
  const { status, comment, decidedBy } = message.body as Decision;
  const end = { atMs: message.sentAtMs, causedBy: message.traceparent };
  if (status === 'approved') {
    const value = { decision: 'approved', comment, by: decidedBy };
    const output = { text: JSON.stringify(value), value };
    closeUnit(deps, run, unit, { status: 'succeeded', output, ...end });
  } else {
    const failure = {
      code: 'approval_rejected',
      message: comment ? `Rejected: ${comment}` : 'Rejected.',
      by: decidedBy,
    };
    failUnit(deps, run, unit, { failure, ...end });
  }
}

function receive(deps: EngineDeps, run: HeldRun, unit: Unit, message: Message): void {
  const { eventId, receivedAt } = message.body as { eventId: string; receivedAt: string };
  const value = { payload: JSON.parse(message.output ?? 'null'), receivedAt, eventId };
  closeUnit(deps, run, unit, {
    status: 'succeeded',
    atMs: message.sentAtMs,
    causedBy: message.traceparent,
    output: { text: JSON.stringify(value), value },
  });
}

function endWithChild(deps: EngineDeps, run: HeldRun, unit: Unit, message: Message): void {
  const { runId, status, error, finishedAtMs } = message.body as {
    runId: string;
    status: 'succeeded' | 'failed' | 'cancelled';
    error: Failure | null;
    /** Not there = an older version wrote it. */
    finishedAtMs?: number;
  };
  const atMs = finishedAtMs ?? message.sentAtMs;
  if (status === 'succeeded') {
    const text = message.output ?? 'null';
    closeUnit(deps, run, unit, { status, atMs, output: { text, value: JSON.parse(text) } });
    return;
  }
  const failure = new StepError(
    `child_${status}`,
    `The run that it started ${status === 'failed' ? 'has failed' : 'was cancelled'}.`,
    { retryable: true, details: { runId, cause: error } },
  );
  failAttempt(deps, run, unit, failure, atMs);
}
