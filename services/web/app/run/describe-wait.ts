import type { Waiting } from '../../shared/api.ts';
import { formatDuration } from '../format/duration.ts';
import { formatAge, formatMoment } from '../format/moment.ts';
import { shortId } from '../format/text.ts';

/** The API counts places up to here; 100 means 100 or more. */
const MOST_AHEAD = 100;

/** Why a run, step or item waits, as a sentence without its full stop. */
export function describeWait(wait: Waiting, nowMs: number): string {
  switch (wait.reason) {
    case 'no_worker':
      return wait.lane === 'default' ? 'No workers are running' : `No worker for ${wait.lane}`;
    case 'lane_paused': {
      const { lane, by, pauseReason } = wait;
      const age = formatAge(wait.since, nowMs);
      const sentence =
        by === null ? `Lane ${lane} paused ${age}` : `Lane ${lane} paused by ${by} ${age}`;
      return withReason(sentence, pauseReason);
    }
    case 'workflow_paused': {
      const { by, pauseReason } = wait;
      const age = formatAge(wait.since, nowMs);
      const sentence = by === null ? `Workflow paused ${age}` : `Workflow paused by ${by} ${age}`;
      return withReason(sentence, pauseReason);
    }
    case 'slots_busy': {
      const { busy, slots, lane } = wait;
      return `${busy} of ${slots} slots of ${lane} busy, ${placeOf(wait.position)}`;
    }
    case 'model_rate':
      return `Rate limit of ${wait.model}, next try ${timeUntil(wait.until, nowMs)}`;
    case 'owner_share':
      return `The owner’s steps hold their share of the slots of ${wait.lane}`;
    case 'retry': {
      const { attempt, of } = wait;
      return `Retry ${attempt} of ${of} ${timeUntil(wait.at, nowMs)}`;
    }
    case 'delay':
      return `Delay until ${formatMoment(wait.until, nowMs)}`;
    case 'approval':
      return withDeadline(`Approval by ${approverOf(wait)}`, wait.until, nowMs);
    case 'event': {
      const { name, key } = wait;
      return withDeadline(`Event ${name} with key ${key}`, wait.until, nowMs);
    }
    case 'child':
      return withDeadline(`Child run ${shortId(wait.runId)}`, wait.until, nowMs);
    case 'queued_run':
      return wait.position === null ? 'Queued' : `Queued, ${placeOf(wait.position)}`;
    case 'lease':
      return `Its worker sends no heartbeat, another worker takes over ${timeUntil(wait.until, nowMs)}`;
  }
}

/** Whether a person has to act: no worker, or a pause. */
export function isStopped({ reason }: Waiting): boolean {
  return reason === 'no_worker' || reason === 'lane_paused' || reason === 'workflow_paused';
}

function approverOf({ role, user }: Extract<Waiting, { reason: 'approval' }>): string {
  if (user !== null) return user;
  return role === null ? 'the owner of the run or an admin' : `role ${role}`;
}

/** Adds the reason that a person gave for the pause, if any. */
export function withReason(sentence: string, reason: string | null): string {
  if (reason === null) return sentence;
  return `${sentence}: ${reason.replace(/\.$/, '')}`;
}

function withDeadline(sentence: string, until: string | null, nowMs: number): string {
  if (until === null) return sentence;
  return `${sentence}, until ${formatMoment(until, nowMs)}`;
}

function timeUntil(iso: string, nowMs: number): string {
  const ms = Date.parse(iso) - nowMs;
  if (ms <= 0) return 'now';
  return `in ${formatDuration(Math.ceil(ms / 1000) * 1000)}`;
}

const ordinals = new Intl.PluralRules('en-GB', { type: 'ordinal' });
const SUFFIXES: Partial<Record<Intl.LDMLPluralRule, string>> = { one: 'st', two: 'nd', few: 'rd' };

function placeOf(ahead: number): string {
  if (ahead === 0) return 'next in line';
  if (ahead >= MOST_AHEAD) return `${MOST_AHEAD} or more ahead`;
  const number = ahead + 1;
  return `${number}${SUFFIXES[ordinals.select(number)] ?? 'th'} in line`;
}
