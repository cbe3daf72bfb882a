import type { Waiting } from '../../shared/api.ts';
import { formatDuration } from '../format/duration.ts';
import { formatAge, formatMoment } from '../format/moment.ts';
import { shortId } from '../format/text.ts';
import { language, t } from '../text/i18n.ts';

/** The API counts places up to here; 100 means 100 or more. */
const MOST_AHEAD = 100;

/** Why a run, step or item waits, as a sentence without its full stop. */
export function describeWait(wait: Waiting, nowMs: number): string {
  switch (wait.reason) {
    case 'no_worker':
      return wait.lane === 'default'
        ? t('wait.noWorkers')
        : t('wait.noWorker', { lane: wait.lane });
    case 'lane_paused': {
      const { lane, by, pauseReason } = wait;
      const age = formatAge(wait.since, nowMs);
      const sentence =
        by === null
          ? t('wait.lanePaused', { lane, age })
          : t('wait.lanePausedBy', { lane, by, age });
      return withReason(sentence, pauseReason);
    }
    case 'workflow_paused': {
      const { by, pauseReason } = wait;
      const age = formatAge(wait.since, nowMs);
      const sentence =
        by === null ? t('wait.workflowPaused', { age }) : t('wait.workflowPausedBy', { by, age });
      return withReason(sentence, pauseReason);
    }
    case 'slots_busy': {
      const { busy, slots, lane } = wait;
      return t('wait.slotsBusy', { busy, slots, lane, place: placeOf(wait.position) });
    }
    case 'dispatch':
      return t('wait.dispatch', { lane: wait.lane, place: placeOf(wait.position) });
    case 'model_rate':
      return t('wait.modelRate', { model: wait.model, when: timeUntil(wait.until, nowMs) });
    case 'owner_share':
      return t('wait.ownerShare', { lane: wait.lane });
    case 'retry': {
      const { attempt, of } = wait;
      return t('wait.retry', { attempt, of, when: timeUntil(wait.at, nowMs) });
    }
    case 'delay':
      return t('wait.delay', { time: formatMoment(wait.until, nowMs) });
    case 'approval':
      return withDeadline(t('wait.approval', { approver: approverOf(wait) }), wait.until, nowMs);
    case 'event': {
      const { name, key } = wait;
      return withDeadline(t('wait.event', { name, key }), wait.until, nowMs);
    }
    case 'child':
      return withDeadline(t('wait.child', { id: shortId(wait.runId) }), wait.until, nowMs);
    case 'map_concurrency':
      return t('wait.mapConcurrency', { running: wait.running, limit: wait.limit });
    case 'queued_run':
      return wait.position === null
        ? t('wait.queued')
        : t('wait.queuedAt', { place: placeOf(wait.position) });
    case 'lease':
      return t('wait.lease', { when: timeUntil(wait.until, nowMs) });
  }
}

/** Whether a person has to act: no worker, or a pause. */
export function isStopped({ reason }: Waiting): boolean {
  return reason === 'no_worker' || reason === 'lane_paused' || reason === 'workflow_paused';
}

function approverOf({ role, user }: Extract<Waiting, { reason: 'approval' }>): string {
  if (user !== null) return user;
  return role === null ? t('wait.anybody') : t('wait.role', { role });
}

/** Adds the reason that a person gave for the pause, if any. */
export function withReason(sentence: string, reason: string | null): string {
  if (reason === null) return sentence;
  return t('wait.because', { sentence, reason: reason.replace(/[.。]$/, '') });
}

function withDeadline(sentence: string, until: string | null, nowMs: number): string {
  if (until === null) return sentence;
  return t('wait.until', { sentence, time: formatMoment(until, nowMs) });
}

function timeUntil(iso: string, nowMs: number): string {
  const ms = Date.parse(iso) - nowMs;
  if (ms <= 0) return t('wait.now');
  return t('wait.in', { value: formatDuration(Math.ceil(ms / 1000) * 1000) });
}

const ordinals = new Intl.PluralRules('en-GB', { type: 'ordinal' });
const SUFFIXES: Partial<Record<Intl.LDMLPluralRule, string>> = { one: 'st', two: 'nd', few: 'rd' };

function placeOf(ahead: number): string {
  if (ahead === 0) return t('wait.next');
  if (ahead >= MOST_AHEAD) return t('wait.moreThan', { most: MOST_AHEAD });
  const number = ahead + 1;
  const suffix = language() === 'en' ? (SUFFIXES[ordinals.select(number)] ?? 'th') : '';
  return t('wait.place', { place: `${number}${suffix}` });
}
