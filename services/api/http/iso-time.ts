import { AioError } from '@aio/core/errors';

/** ISO 8601 in UTC with milliseconds, as all times of the API. */
export function isoTime(time: Date | string | number): string {
  return new Date(time).toISOString();
}

export function isoTimeOrNull(time: Date | string | null): string | null {
  return time === null ? null : isoTime(time);
}

/** null = one of the two has not happened. Never negative. */
export function msBetween(from: Date | string | null, to: Date | string | null): number | null {
  if (from === null || to === null) return null;
  return Math.max(0, new Date(to).getTime() - new Date(from).getTime());
}

/**
 * A time can have the form of one and still not be, e.g. in month 13.
 * @throws AioError `bad_request`
 */
export function readTime(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) throw new AioError('bad_request', `${text} is not a time.`);
  return date;
}
