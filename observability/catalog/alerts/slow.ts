import type { Alert } from './alert.ts';
import { TIME } from '@aio/slo/alert';
import { and, divide, increase, orElse, sum, unless, where } from '@aio/slo/promql';
import type { Query } from '@aio/slo/query';
import type { TimeScale } from '@aio/slo/time-scale';
import { countOf, sumOf } from '../metrics/select.ts';
import { recordedTime, USUAL_TIMES, type UsualTimeKey } from '../objectives/usual-times.ts';

/** A mean is slow from here on: times the usual one, and in seconds; without a usual one, in seconds. */
const SLOW = { times: 3, seconds: 0.5, withoutUsual: 5 };
/** Calls of five minutes below which a mean proves nothing. */
const MIN_CALLS = 5;

/** Steps and called hosts that are slower than usual. */
export function slowAlerts(time: TimeScale): readonly Alert[] {
  return [
    {
      name: 'DependencySlow',
      severity: 'ticket',
      summary: `Calls of {{ $labels.host }} take ${TIME} on average`,
      description:
        `Calls of this host take more than ${SLOW.times} times as long as in the last seven days. Its own operators may not know ` +
        'yet. Steps that call it wait, hold their slots, and may time out. AIO itself is not the cause.',
      query: slowMean('host', time),
      for: time.hold('1m'),
      panel: { dashboardUid: 'aio-steps', title: 'Calls by host' },
      examples: `/runs?minDurationMs=${SLOW.withoutUsual * 1000}`,
    },
    {
      name: 'StepSlow',
      severity: 'ticket',
      summary: `Step {{ $labels.step }} of {{ $labels.workflow }} takes ${TIME} on average`,
      description:
        `Attempts of this step take more than ${SLOW.times} times as long as in the last seven days. It got more or other work, ` +
        'its prompt or model changed, or what it calls is slow.',
      query: slowMean('step', time),
      for: time.hold('1m'),
      panel: { dashboardUid: 'aio-steps', title: 'Slowest steps' },
      examples: '/runs?workflow={{ urlquery $labels.workflow }}',
    },
  ];
}

/** The mean of the last two minutes, where it is slow. */
function slowMean(key: UsualTimeKey, time: TimeScale): Query<string> {
  const { of } = USUAL_TIMES[key];
  const labels: readonly string[] = USUAL_TIMES[key].labels;
  const inLast = (range: '2m' | '5m', what: typeof sumOf | typeof countOf) =>
    sum<string, string>(increase(what(of), time.range(range)), labels);
  const mean = divide(inLast('2m', sumOf), inLast('2m', countOf));
  const usual: Query<string> = recordedTime(key, 'usual');
  const slower = and(where(mean, '>', SLOW.seconds), where(divide(mean, usual), '>', SLOW.times));
  const slow = unless(where(mean, '>', SLOW.withoutUsual), usual);
  const enough = where(inLast('5m', countOf), '>=', time.events(MIN_CALLS));
  return and(orElse(slower, slow, labels), enough);
}
