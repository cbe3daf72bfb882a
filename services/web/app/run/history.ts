import type { AuditEntry, OutsideEvent, Run, RunEvent, Step } from '../../shared/api.ts';
import { appearanceOf } from '../status/status.ts';

/** One line of a run's history. */
export interface HistoryLine {
  key: string;
  at: string;
  icon: string;
  /** Colour of the icon; the text says the same. */
  tone: 'text-error' | 'text-success' | 'text-warning' | 'text-muted';
  text: string;
  /** The reason for a failure. */
  detail: string | null;
  /** null = the run itself. */
  step: Pick<Step, 'id' | 'iteration'> | null;
}

/** Facts that events don't carry. */
export interface HistoryFacts {
  run: Pick<Run, 'startedBy' | 'steps'>;
  /** The approver's name, by step id. */
  approvedBy: ReadonlyMap<string, string>;
  /** The outside event that a step received, by step id. */
  reachedBy: ReadonlyMap<string, Pick<OutsideEvent, 'name' | 'key'>>;
  /** The run's entries in the audit log; empty for people who may not read it. */
  audit: readonly Pick<AuditEntry, 'id' | 'at' | 'name' | 'action'>[];
}

/** A run's events as lines, oldest first, including who cancelled it. */
export function historyOf(events: readonly RunEvent[], facts: HistoryFacts): HistoryLine[] {
  const lines = events.map((event) => lineOf(event, facts));
  for (const entry of facts.audit.filter(({ action }) => action === 'cancelRun')) {
    const later = lines.findIndex(({ at }) => at > entry.at);
    lines.splice(later < 0 ? lines.length : later, 0, {
      key: entry.id,
      at: entry.at,
      icon: 'i-lucide-user',
      tone: 'text-muted',
      text: `${entry.name} cancelled the run`,
      detail: null,
      step: null,
    });
  }
  return lines;
}

function lineOf(event: RunEvent, facts: HistoryFacts): HistoryLine {
  const { type, at, seq, step, iteration, error } = event;
  const isLost = error?.code === 'worker_lost';
  return {
    key: String(seq),
    at,
    ...lookOf(event, isLost),
    text: step === undefined ? describeRun(event, facts) : describeStep(event, facts, isLost),
    // The text already says that the worker was lost.
    detail: isLost || type === 'run.cancelled' ? null : (error?.message ?? null),
    step: step === undefined ? null : { id: step, iteration: iteration ?? null },
  };
}

function lookOf({ type }: RunEvent, isLost: boolean): Pick<HistoryLine, 'icon' | 'tone'> {
  if (isLost) return { icon: 'i-lucide-unplug', tone: 'text-warning' };
  if (type === 'step.retrying') return { icon: 'i-lucide-rotate-cw', tone: 'text-warning' };
  const verb = type.slice(type.indexOf('.') + 1);
  if (verb === 'started') return { icon: 'i-lucide-play', tone: 'text-muted' };
  const { icon, color } = appearanceOf(verb);
  const tones = { error: 'text-error', success: 'text-success', warning: 'text-warning' } as const;
  return { icon, tone: tones[color as keyof typeof tones] ?? 'text-muted' };
}

function describeRun({ type }: RunEvent, { run }: HistoryFacts): string {
  switch (type) {
    case 'run.queued':
      return run.startedBy.via === null
        ? 'Run accepted'
        : `Run accepted, started by ${run.startedBy.who}`;
    case 'run.started':
      return 'A worker started the run';
    case 'run.succeeded':
      return 'Run succeeded';
    case 'run.failed':
      return 'Run failed';
    default:
      return 'Run cancelled';
  }
}

const WAITS = {
  approval: 'Waiting for a decision',
  event: 'Waiting for an event',
  child: 'Waiting for its child run',
  delay: 'Waiting for its delay to end',
} as const;

function describeStep(event: RunEvent, facts: HistoryFacts, isLost: boolean): string {
  const { type, attempt = 1 } = event;
  const awaits = awaitsOf(event, facts.run.steps);
  switch (type) {
    case 'step.started':
      return attempt > 1 ? `Started, attempt ${attempt}` : 'Started';
    case 'step.waiting':
      return awaits === null ? 'Waiting' : WAITS[awaits];
    case 'step.retrying':
      return isLost
        ? `The worker of attempt ${attempt} was lost. Another worker takes over.`
        : `Attempt ${attempt} failed. AIO retries the step.`;
    case 'step.succeeded':
      return describeSuccess(event, awaits, facts);
    case 'step.failed':
      return 'Failed';
    case 'step.skipped':
      return 'Skipped';
    default:
      return 'Cancelled';
  }
}

function describeSuccess(
  { step = '', iteration }: RunEvent,
  awaits: Step['awaits'],
  { approvedBy, reachedBy }: HistoryFacts,
): string {
  const isStep = iteration === undefined;
  if (awaits === 'approval') {
    const who = isStep ? approvedBy.get(step) : undefined;
    return who === undefined ? 'Approved' : `Approved by ${who}`;
  }
  if (awaits === 'event') {
    const event = isStep ? reachedBy.get(step) : undefined;
    return event === undefined
      ? 'Received an event'
      : `Received event ${event.name} with key ${event.key}`;
  }
  return 'Succeeded';
}

function awaitsOf({ step, iteration }: RunEvent, steps: readonly Step[]): Step['awaits'] {
  const found = steps.find(({ id }) => id === step);
  return (iteration === undefined ? found?.awaits : found?.itemAwaits) ?? null;
}
