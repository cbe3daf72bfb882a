import { readJsonText } from '../run/json-text.ts';
import { t } from '../text/i18n.ts';

/** Reads an event's payload from JSON text; empty text means null. */
export function readPayload(text: string): { value: unknown } | { fault: string } {
  if (text.trim() === '') return { value: null };
  const { value, error } = readJsonText(text);
  return error === null ? { value } : { fault: t('events.notJson', { message: error }) };
}
