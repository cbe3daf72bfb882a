import { and, divide, increase, sum, where } from '@aio/slo/promql';
import type { Query, Series } from '@aio/slo/query';

/**
 * Bad events among all of the last two minutes, where the share is above a bound. Over a longer range, the text would
 * name a share that includes the time before the fault.
 * @param minBad bad events of the last five minutes below which a share proves nothing
 */
export function shareNow<B extends string>(
  { bad, all, by = [] }: { bad: Series<B>; all: Series<B>; by?: readonly NoInfer<B>[] },
  { above, minBad }: { above: number; minBad: number },
): Query<B> {
  const inLast = (series: Series<B>, range: '2m' | '5m') => sum(increase(series, range), by);
  const share = divide(inLast(bad, '2m'), inLast(all, '2m'));
  return and(where(share, '>', above), where(inLast(bad, '5m'), '>=', minBad));
}
