/** Durations as definitions write them: `250ms`, `30s`, `2m`, `1h`, `7d`. */

import { Type } from 'typebox';
import type { Fault } from '../errors.ts';
import { MAX_DURATION_DAYS } from './limits.ts';

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

export const DURATION_PATTERN = '^\\d{1,12}(ms|s|m|h|d)$';
const DURATION = new RegExp(DURATION_PATTERN);

/** Schema of a duration text. */
export function Duration(description: string) {
  return Type.String({ pattern: DURATION_PATTERN, description, examples: ['30s'] });
}

/** The fault of a duration that has the right form and is out of bounds. */
export function checkDuration(duration: unknown): Fault[] {
  const durationMs = typeof duration === 'string' ? parseDurationMs(duration) : null;
  if (durationMs === null || durationMs <= MAX_DURATION_DAYS * 86_400_000) return [];
  return [
    {
      pointer: '',
      rule: 'limit',
      message: `a duration may be ${MAX_DURATION_DAYS} days at most`,
      hint: `write ${MAX_DURATION_DAYS}d or less`,
    },
  ];
}

/** Milliseconds of a duration text; null = it is not one. */
export function parseDurationMs(text: string): number | null {
  const match = DURATION.exec(text);
  if (!match) return null;
  const unit = match[1] as keyof typeof UNIT_MS;
  return Number(text.slice(0, -unit.length)) * UNIT_MS[unit];
}
