/** Durations in definitions: `250ms`, `30s`, `2m`, `1h`, `7d`. */

import { Type } from 'typebox';
import type { Fault } from '../errors.ts';
import { MAX_DURATION_DAYS } from './limits.ts';

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

export const DURATION_PATTERN = '^\\d{1,12}(ms|s|m|h|d)$';
const DURATION = new RegExp(DURATION_PATTERN);

/** Schema of a duration. */
export function Duration(description: string) {
  return Type.String({ pattern: DURATION_PATTERN, description, examples: ['30s'] });
}

/** Returns a fault if the duration is well-formed but too long. */
export function checkDuration(duration: unknown): Fault[] {
  const durationMs = typeof duration === 'string' ? parseDurationMs(duration) : null;
  if (durationMs === null || durationMs <= MAX_DURATION_DAYS * 86_400_000) return [];
  return [
    {
      pointer: '',
      rule: 'limit',
      message: `a duration can be at most ${MAX_DURATION_DAYS} days`,
      hint: `write ${MAX_DURATION_DAYS}d or less`,
    },
  ];
}

/** Returns a fault if the timeout is longer than the kind of the step allows. */
export function checkTimeout(timeout: unknown, kind: string, max: string): Fault[] {
  const timeoutMs = typeof timeout === 'string' ? parseDurationMs(timeout) : null;
  if (timeoutMs === null || timeoutMs <= parseDurationMs(max)!) return [];
  return [
    {
      pointer: '',
      rule: 'limit',
      message: `an attempt of a step of type ${kind} can take at most ${max}`,
      hint: `write ${max} or less`,
    },
  ];
}

/** Milliseconds of a duration; null = not a duration. */
export function parseDurationMs(text: string): number | null {
  const match = DURATION.exec(text);
  if (!match) return null;
  const unit = match[1] as keyof typeof UNIT_MS;
  return Number(text.slice(0, -unit.length)) * UNIT_MS[unit];
}
