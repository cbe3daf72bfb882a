import { ago, divide, increase, minus, or, sum, where } from './promql.ts';
import { type Query, type Series } from './query.ts';
import { type Duration, inSeconds } from './duration.ts';

/**
 * Events of all series per second. Each event counts exactly once in a range, whereas `increase` estimates: it does not
 * extrapolate a counter below zero, so the first events of a series would count less. It serves series that began, were
 * reset or ended within the range.
 */
export function eventsPerSecond(series: Series<string>, range: Duration): Query {
  const exact = where(minus(series, ago(series, range)), '>=', 0);
  return divide(sum(or(exact, increase(series, range))), inSeconds(range));
}
