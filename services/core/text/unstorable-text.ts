import type { Fault } from '../errors.ts';
import { escapePointer } from '../json/pointer.ts';

/**
 * Returns a fault for the first text that PostgreSQL cannot hold: with a NUL character or half a surrogate pair. Such
 * JSON is valid and PostgreSQL stores it, but later queries that read the text fail.
 */
export function findUnstorableText(root: unknown): Fault[] {
  const rest: { value: unknown; pointer: string }[] = [{ value: root, pointer: '' }];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const { value, pointer } = next;
    if (typeof value === 'string') {
      if (!isStorable(value)) return [fault(pointer)];
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, member] of Object.entries(value)) {
        if (!isStorable(key)) return [fault(pointer)];
        rest.push({ value: member, pointer: `${pointer}/${escapePointer(key)}` });
      }
    }
  }
  return [];
}

/** Whether PostgreSQL can hold the text. pg would replace half a surrogate pair with another character. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

function fault(pointer: string): Fault {
  return {
    pointer,
    rule: 'text',
    message: 'contains a NUL character or half a surrogate pair',
    hint: 'encode such data, for example as base64',
  };
}
