import type { Alert } from './alert.ts';
import { TIME } from '@aio/slo/alert';
import { and, divide, increase, orElse, sum, unless, where } from '@aio/slo/promql';
import type { Query } from '@aio/slo/query';
import { countOf, sumOf } from '../metrics/select.ts';

/** A mean is slow from here on: times yesterday's, and in seconds; without a yesterday, in seconds. */
const SLOW = { times: 3, seconds: 0.5, withoutYesterday: 5 };
/** Calls of five minutes, or of yesterday's hour, below which a mean proves nothing. */
const MIN_CALLS = 5;

/** Called hosts that are slow. */
export function slowAlerts(): readonly Alert[] {
  return [
    {
      name: 'DependencySlow',
      severity: 'ticket',
      summary: `Calls of {{ $labels.host }} take ${TIME} on average`,
      description:
        `Calls of this host take more than ${SLOW.times} times as long as yesterday at this time. Or they take more than ` +
        `${SLOW.withoutYesterday} s, and there is no yesterday to compare with. Its own operators may not know yet. Steps that ` +
        'call it wait, hold their slots, and may time out. AIO itself is not the cause.',
      query: slowHosts(),
      for: '1m',
      panel: { dashboardUid: 'aio-runs', title: 'Calls by host' },
      examples: `/runs?minDurationMs=${SLOW.withoutYesterday * 1000}`,
    },
  ];
}

/** The mean of the last two minutes, where it is slow. */
function slowHosts(): Query<'host'> {
  const inLast = (range: '2m' | '5m', what: typeof sumOf | typeof countOf) =>
    sum(increase(what('hostCalls'), range), ['host']);
  const yesterday = (what: typeof sumOf | typeof countOf) =>
    sum(increase(what('hostCalls'), '1h', { before: '1d' }), ['host']);
  const mean = divide(inLast('2m', sumOf), inLast('2m', countOf));
  const before = divide(yesterday(sumOf), where(yesterday(countOf), '>=', MIN_CALLS));
  const slower = and(where(mean, '>', SLOW.seconds), where(divide(mean, before), '>', SLOW.times));
  const slow = unless(where(mean, '>', SLOW.withoutYesterday), before);
  const enough = where(inLast('5m', countOf), '>=', MIN_CALLS);
  return and(orElse(slower, slow, ['host']), enough);
}
