import type { AuditEntry, OutsideEvent, Run, RunEvent, Step } from '../../shared/api.ts';
import { appearanceOf } from '../status/status.ts';
import { t } from '../text/i18n.ts';

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
      text: t('run.happened.cancelAsked', { who: entry.name }),
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
        ? t('run.happened.accepted')
        : t('run.happened.acceptedBy', { who: run.startedBy.who });
    case 'run.started':
      return t('run.happened.started');
    case 'run.succeeded':
      return t('run.happened.runSucceeded');
    case 'run.failed':
      return t('run.happened.runFailed');
    default:
      return t('run.happened.runCancelled');
  }
}

const WAITS = {
  approval: 'run.happened.waitApproval',
  event: 'run.happened.waitEvent',
  child: 'run.happened.waitChild',
  delay: 'run.happened.waitDelay',
} as const;

function describeStep(event: RunEvent, facts: HistoryFacts, isLost: boolean): string {
  const { type, attempt = 1 } = event;
  const awaits = awaitsOf(event, facts.run.steps);
  switch (type) {
    case 'step.started':
      return attempt > 1
        ? t('run.happened.stepStartedAgain', { attempt })
        : t('run.happened.stepStarted');
    case 'step.waiting':
      return awaits === null ? t('run.happened.stepWaiting') : t(WAITS[awaits]);
    case 'step.retrying':
      return isLost
        ? t('run.happened.workerLost', { attempt })
        : t('run.happened.stepRetrying', { attempt });
    case 'step.succeeded':
      return describeSuccess(event, awaits, facts);
    case 'step.failed':
      return t('run.happened.stepFailed');
    case 'step.skipped':
      return t('run.happened.stepSkipped');
    default:
      return t('run.happened.stepCancelled');
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
    return who === undefined ? t('run.happened.decided') : t('run.happened.approved', { who });
  }
  if (awaits === 'event') {
    const event = isStep ? reachedBy.get(step) : undefined;
    return event === undefined
      ? t('run.happened.event')
      : t('run.happened.eventReached', { name: event.name, key: event.key });
  }
  return t('run.happened.stepSucceeded');
}

function awaitsOf({ step, iteration }: RunEvent, steps: readonly Step[]): Step['awaits'] {
  const found = steps.find(({ id }) => id === step);
  return (iteration === undefined ? found?.awaits : found?.itemAwaits) ?? null;
}
