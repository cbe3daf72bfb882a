import { ValidationError } from '@aio/core/errors';
import { stepFor } from '@aio/query/fill-in';
import type { TimeRange, TimeSpan } from '@aio/query/prometheus';
import { readTime } from '../http/iso-time.ts';

const LONGEST_DAYS = 30;
const LONGEST_SECONDS = LONGEST_DAYS * 86_400;
/** As boards open. */
const USUAL_SECONDS = 1800;

/**
 * From and to as a request has them, in seconds since 1970; without them the last half hour.
 * @param place pointer to what holds the two: '' = the body, `/query` = the query
 * @throws ValidationError when `from` is not before `to`, or too long before it; AioError `bad_request` for what is no time
 */
export function readTimeSpan(
  given: { from?: string | undefined; to?: string | undefined },
  place: '' | '/query',
): TimeSpan {
  const to = (readTime(given.to) ?? new Date()).getTime() / 1000;
  const from = (readTime(given.from)?.getTime() ?? (to - USUAL_SECONDS) * 1000) / 1000;
  if (from >= to) throw refusal('`from` is not before `to`.', 'Give an earlier `from`.');
  if (to - from > LONGEST_SECONDS)
    throw refusal(
      `The time range is longer than ${LONGEST_DAYS} days.`,
      `Ask for ${LONGEST_DAYS} days or less.`,
    );
  return { from, to };

  function refusal(message: string, hint: string): ValidationError {
    const fault = { pointer: `${place}/from`, rule: 'time_range', message, hint };
    return new ValidationError(
      message,
      [fault],
      place === '' ? 'validation_failed' : 'bad_request',
    );
  }
}

/** The grid on which a span is asked: as Grafana does, it stands on multiples of the step, so that points stay. */
export function gridOf(span: TimeSpan, points: number, scrapeSeconds: number): TimeRange {
  const stepSeconds = stepFor(span.to - span.from, points, scrapeSeconds);
  const down = (seconds: number) => Math.floor(seconds / stepSeconds) * stepSeconds;
  return { from: down(span.from), to: down(span.to), stepSeconds };
}

/** The times of a grid, in seconds since 1970. */
export function timesOf({ from, to, stepSeconds }: TimeRange): number[] {
  const count = Math.round((to - from) / stepSeconds) + 1;
  return Array.from({ length: count }, (_, index) => from + index * stepSeconds);
}
