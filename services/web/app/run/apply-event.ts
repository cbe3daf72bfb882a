import type { RunEvent, Run, RunStatus, Step, StepStatus } from '../../shared/api.ts';
import { isFinished } from '../status/status.ts';

/** EventSource delivers only types that have a listener. A type missing here does not compile. */
const EVERY_TYPE: Record<RunEvent['type'], true> = {
  'run.queued': true,
  'run.started': true,
  'run.succeeded': true,
  'run.failed': true,
  'run.cancelled': true,
  'step.started': true,
  'step.waiting': true,
  'step.retrying': true,
  'step.succeeded': true,
  'step.failed': true,
  'step.skipped': true,
  'step.cancelled': true,
};

export const RUN_EVENT_TYPES = Object.keys(EVERY_TYPE);

/**
 * The run after an event, until the page fetches it again: states and times change now, amounts and
 * outputs later. If the run already has the event, the same object comes back.
 */
export function applyEvent(run: Run, event: RunEvent): Run {
  if (event.runId !== run.id || event.seq <= run.eventSeq) return run;
  const next = { ...run, eventSeq: event.seq };
  const [subject, verb] = event.type.split('.') as [string, string];
  if (subject === 'run') return applyToRun(next, verb, event);
  const isItem = (event.iteration ?? -1) >= 0;
  if (isItem) return next;
  next.steps = run.steps.map((step) =>
    step.id === event.step ? applyToStep(step, verb, event) : step,
  );
  next.stepsSucceeded = next.steps.filter(({ status }) => status === 'succeeded').length;
  return next;
}

/** A fetch may read a run before an event and answer after it: the event stays until the next fetch. */
export function newerRun(answer: Run, shown: Run | null): Run {
  return shown?.id === answer.id && shown.eventSeq > answer.eventSeq ? shown : answer;
}

function applyToRun(run: Run, verb: string, event: RunEvent): Run {
  if (verb === 'queued') return run;
  if (verb === 'started')
    return { ...run, status: 'running', startedAt: run.startedAt ?? event.at };
  const status = verb as RunStatus;
  const error = event.error ?? run.error;
  return { ...run, status, finishedAt: event.at, waitingFor: null, error };
}

function applyToStep(step: Step, verb: string, event: RunEvent): Step {
  const status = stepStatus(verb);
  const attempt = event.attempt ?? step.attempt;
  // The old wait is over; the next fetch brings a new one.
  const moved = { ...step, status, attempt, waitingFor: null };
  if (verb === 'started') return { ...moved, startedAt: event.at, finishedAt: null };
  const finishedAt = isFinished(status) ? event.at : step.finishedAt;
  return { ...moved, finishedAt, error: event.error ?? step.error };
}

function stepStatus(verb: string): StepStatus {
  if (verb === 'started') return 'running';
  return verb === 'retrying' ? 'waiting' : (verb as StepStatus);
}
