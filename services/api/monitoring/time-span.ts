import { ValidationError } from '@aio/core/errors';
import { stepFor } from '@aio/query/fill-in';
import type { TimeRange, TimeSpan } from '@aio/query/prometheus';
import { readTime } from '../http/iso-time.ts';

const LONGEST_DAYS = 30;
const LONGEST_SECONDS = LONGEST_DAYS * 86_400;
/** The default range of dashboards. */
const USUAL_SECONDS = 1800;

/**
 * Reads `from` and `to` of a request, in seconds since 1970. Default: the last half hour.
 * @param place where they are: '' = the body, `/query` = the query
 * @throws ValidationError if `from` is not before `to`, or the range is too long; AioError `bad_request` for an invalid time
 */
export function readTimeSpan(
  given: { from?: string | undefined; to?: string | undefined },
  place: '' | '/query',
): TimeSpan {
  const to = (readTime(given.to) ?? new Date()).getTime() / 1000;
  const from = (readTime(given.from)?.getTime() ?? (to - USUAL_SECONDS) * 1000) / 1000;
  if (from >= to) throw refusal('`from` is not before `to`.', 'Send an earlier `from`.');
  if (to - from > LONGEST_SECONDS)
    throw refusal(
      `The time range is longer than ${LONGEST_DAYS} days.`,
      `Request ${LONGEST_DAYS} days or less.`,
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

/** The grid of a query. Like Grafana's, it lies on multiples of the step, so that points keep their times. */
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
