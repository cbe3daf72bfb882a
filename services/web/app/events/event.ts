import type { EventSummary } from '../../shared/api.ts';
import { readJsonText } from '../format/text.ts';

export const EVENT_STATES = {
  kept: { label: 'Kept', icon: 'i-lucide-archive', color: 'info' },
  taken: { label: 'Delivered', icon: 'i-lucide-circle-check', color: 'success' },
  expired: { label: 'Expired', icon: 'i-lucide-clock-alert', color: 'neutral' },
} as const satisfies Record<EventSummary['state'], object>;

export const EVENT_STATE_NAMES = Object.keys(EVENT_STATES) as EventSummary['state'][];

/** The outcome of an event, in one sentence. */
export function describeOutcome({ state, deliveries }: EventSummary): string {
  if (state === 'taken')
    return deliveries === 1
      ? 'The event reached 1 step.'
      : `The event reached ${deliveries} steps.`;
  return state === 'expired'
    ? 'No step waited for the event before it expired.'
    : 'No step waits for it yet. AIO keeps the event for the first step that does.';
}

/** Reads an event's payload from JSON text; empty text means null. */
export function readPayload(text: string): { value: unknown } | { fault: string } {
  if (text.trim() === '') return { value: null };
  const { value, error } = readJsonText(text);
  return error === null ? { value } : { fault: `Invalid JSON: ${error}` };
}
