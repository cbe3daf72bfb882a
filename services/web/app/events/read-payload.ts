import { readJsonText } from '../run/json-text.ts';
import { t } from '../text/i18n.ts';

/** What was typed as an event's payload; nothing at all is null. */
export function readPayload(text: string): { value: unknown } | { fault: string } {
  if (text.trim() === '') return { value: null };
  const { value, error } = readJsonText(text);
  return error === null ? { value } : { fault: t('events.notJson', { message: error }) };
}
