import type { Waiting } from '../../shared/api.ts';
import { formatDuration } from '../format/duration.ts';
import { formatAge, formatMoment } from '../format/moment.ts';

/** Places are counted up to here: this one means so many or more. */
const MOST_AHEAD = 100;

/** Why a run, a step or an item does not go on, as a sentence without its full stop. */
export function describeWait(wait: Waiting, nowMs: number): string {
  switch (wait.reason) {
    case 'no_worker':
      return wait.lane === 'default' ? 'No workers are running' : `No worker for ${wait.lane}`;
    case 'lane_paused': {
      const by = wait.by === null ? '' : ` by ${wait.by}`;
      return `Lane ${wait.lane} paused${by} ${formatAge(wait.since, nowMs)}`;
    }
    case 'slots_busy':
      return `${wait.busy} of ${wait.slots} slots of ${wait.lane} busy, ${placeOf(wait.position)}`;
    case 'dispatch':
      return `On its way to a worker of ${wait.lane}, ${placeOf(wait.position)}`;
    case 'model_rate':
      return `Rate limit of ${wait.model}, next try ${timeUntil(wait.until, nowMs)}`;
    case 'retry':
      return `Retry ${wait.attempt} of ${wait.of} ${timeUntil(wait.at, nowMs)}`;
    case 'delay':
      return `Delay until ${formatMoment(wait.until, nowMs)}`;
    case 'approval':
      return `Approval by ${approverOf(wait)}${deadline(wait.until, nowMs)}`;
    case 'event':
      return `Event ${wait.name} with key ${wait.key}${deadline(wait.until, nowMs)}`;
    case 'child':
      return `Child run ${wait.runId.slice(-12)}${deadline(wait.until, nowMs)}`;
    case 'map_concurrency':
      return `${wait.running} of ${wait.limit} items of the map at once`;
    case 'queued_run':
      return wait.position === null ? 'Queued' : `Queued, ${placeOf(wait.position)}`;
    case 'lease':
      return `Its worker is silent, another takes over ${timeUntil(wait.until, nowMs)}`;
  }
}

/** It does not go on by itself: somebody has to look. */
export function isStopped({ reason }: Waiting): boolean {
  return reason === 'no_worker' || reason === 'lane_paused';
}

function approverOf({ role, user }: Extract<Waiting, { reason: 'approval' }>): string {
  if (user !== null) return user;
  return role === null ? 'anybody who may see the run' : `role ${role}`;
}

function deadline(until: string | null, nowMs: number): string {
  return until === null ? '' : `, until ${formatMoment(until, nowMs)}`;
}

function timeUntil(iso: string, nowMs: number): string {
  const ms = Date.parse(iso) - nowMs;
  return ms <= 0 ? 'now' : `in ${formatDuration(Math.ceil(ms / 1000) * 1000)}`;
}

const ordinals = new Intl.PluralRules('en-GB', { type: 'ordinal' });
const SUFFIXES: Partial<Record<Intl.LDMLPluralRule, string>> = { one: 'st', two: 'nd', few: 'rd' };

function placeOf(ahead: number): string {
  if (ahead === 0) return 'next in line';
  if (ahead >= MOST_AHEAD) return `more than ${MOST_AHEAD} in line`;
  return `${ahead + 1}${SUFFIXES[ordinals.select(ahead + 1)] ?? 'th'} in line`;
}
