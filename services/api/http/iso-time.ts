import { AioError } from '@aio/core/errors';

/** ISO 8601 in UTC with milliseconds. */
export function isoTime(time: Date | string | number): string {
  return new Date(time).toISOString();
}

export function isoTimeOrNull(time: Date | string | null): string | null {
  return time === null ? null : isoTime(time);
}

/** Never negative; null = one of the times is null. */
export function msBetween(from: Date | string | null, to: Date | string | null): number | null {
  if (from === null || to === null) return null;
  return Math.max(0, new Date(to).getTime() - new Date(from).getTime());
}

/** @throws AioError `bad_request` for text that matches `date-time` and is no time, e.g. in month 13 */
export function readTime(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const date = new Date(text);
  if (Number.isNaN(date.getTime()))
    throw new AioError(
      'bad_request',
      `${text} is not a valid time. Send ISO 8601, e.g. 2026-11-29T12:00:00Z.`,
    );
  return date;
}
