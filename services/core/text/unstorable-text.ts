import type { Fault } from '../errors.ts';
import { escapePointer } from '../json/pointer.ts';

/**
 * Texts that PostgreSQL cannot hold: with a NUL character, or with half of a surrogate pair. They
 * are legal JSON, they would even be stored, and then fail any later query that looks into them.
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

/** Whether PostgreSQL can hold it as text; pg would send half of a surrogate pair as another character. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

function fault(pointer: string): Fault {
  return {
    pointer,
    rule: 'text',
    message: 'has a NUL character or half of a surrogate pair',
    hint: 'send such data in an encoding, e.g. base64',
  };
}
