import { sumOf, countOf } from '@aio/catalog/metrics/select';
import {
  recordedTime,
  USUAL_TIMES,
  type UsualTimeKey,
  usualTimeName,
} from '@aio/catalog/objectives/usual-times';
import { and, divide, overTime, rate, sum, times, where } from '@aio/slo/promql';
import type { Series } from '@aio/slo/query';
import type { RecordingRule, RuleGroup } from '@aio/slo/rule-group';
import { inSeconds, type TimeScale } from '@aio/slo/time-scale';

/** With less, nobody knows what is usual: half an hour, of which the last four minutes do not count, and 50 calls. */
const LEAST = { samples: 13, calls: 50 };

/** How long steps and calls of hosts usually take. */
export function usualTimeRules(time: TimeScale): RuleGroup {
  const keys = Object.keys(USUAL_TIMES) as UsualTimeKey[];
  return {
    name: 'usual-times',
    interval: time.hold('2m'),
    rules: keys.flatMap((key) => rulesOf(key, time)),
  };
}

function rulesOf(key: UsualTimeKey, time: TimeScale): RecordingRule[] {
  const { of, labels } = USUAL_TIMES[key];
  const perInterval = (series: Series<string>) =>
    sum(times(rate(series, time.range('5m')), inSeconds(time.hold('2m'))), [...labels]);
  // The minutes of a fault that begins now do not count as usual.
  const inWeek = (how: 'sum' | 'count', what: 'seconds' | 'calls') =>
    overTime<string>(how, recordedTime(key, what), time.range('7d'), { before: time.range('4m') });
  const calls = where(inWeek('sum', 'calls'), '>=', time.events(LEAST.calls));
  return [
    { record: usualTimeName(key, 'seconds'), expr: perInterval(sumOf(of)).promql },
    { record: usualTimeName(key, 'calls'), expr: perInterval(countOf(of)).promql },
    {
      record: usualTimeName(key, 'usual'),
      expr: and(
        divide(inWeek('sum', 'seconds'), calls),
        where(inWeek('count', 'calls'), '>=', LEAST.samples),
      ).promql,
    },
  ];
}
