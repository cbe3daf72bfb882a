import type { EventSummary } from '../../shared/api.ts';
import { t } from '../text/i18n.ts';
import { readJsonText } from '../format/text.ts';

/** Icon and colour by an event's state; the label is `events.states.<state>`. */
export const EVENT_STATES = {
  kept: { icon: 'i-lucide-archive', color: 'info' },
  taken: { icon: 'i-lucide-circle-check', color: 'success' },
  expired: { icon: 'i-lucide-clock-alert', color: 'neutral' },
} as const satisfies Record<EventSummary['state'], object>;

export const EVENT_STATE_NAMES = Object.keys(EVENT_STATES) as EventSummary['state'][];

/** The outcome of an event, in one sentence. */
export function describeOutcome({ state, deliveries }: EventSummary): string {
  if (state === 'taken') return t('events.delivered', deliveries);
  return t(state === 'expired' ? 'events.tooLate' : 'events.kept');
}

/** Reads an event's payload from JSON text; empty text means null. */
export function readPayload(text: string): { value: unknown } | { fault: string } {
  if (text.trim() === '') return { value: null };
  const { value, error } = readJsonText(text);
  return error === null ? { value } : { fault: t('events.notJson', { message: error }) };
}
