import type { OutsideEvent } from '../../shared/api.ts';
import { readJsonText } from '../format/text.ts';

export const EVENT_STATES = {
  kept: { label: 'Kept', icon: 'i-lucide-archive', color: 'info' },
  taken: { label: 'Delivered', icon: 'i-lucide-circle-check', color: 'success' },
} as const satisfies Record<OutsideEvent['state'], object>;

export const EVENT_STATE_NAMES = Object.keys(EVENT_STATES) as OutsideEvent['state'][];

/** Reads an event's payload from JSON text; empty text means null. */
export function readPayload(text: string): { value: unknown } | { fault: string } {
  if (text.trim() === '') return { value: null };
  const { value, error } = readJsonText(text);
  return error === null ? { value } : { fault: `Invalid JSON: ${error}` };
}
