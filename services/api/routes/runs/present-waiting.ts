import type { Waiting } from '@aio/core/run/waiting';
import { isoTime } from '../../http/iso-time.ts';

/** Turns times into ISO 8601. */
export function presentWaiting(waiting: Waiting): Waiting<string> {
  const fields = Object.entries(waiting).map(([name, value]) => [
    name,
    value instanceof Date ? isoTime(value) : value,
  ]);
  return Object.fromEntries(fields) as Waiting<string>;
}
