import { resolve } from 'node:path';
import { test } from 'node:test';
import { errorRatioName } from '@aio/catalog/slo-series';
import { evaluates, withPromtool } from '@aio/catalog/testing/programs';
import { createTimeScale } from '@aio/catalog/time-scale';
import { recordingRules } from '../recording-rules.ts';

const RULES = resolve(import.meta.dirname, '../prometheus/rules/recording.yml');

const request = (status: string) =>
  `aio_http_request_duration_seconds_count{job="api",instance="a",method="GET",route="/api/v1/runs",status="${status}"}`;

/**
 * Two requests a second; from 29:45 to 31:00 all fail. From the second minute after the end on, no rate contains the
 * failures.
 */
const OUTAGE = {
  [request('500')]: '900x119 930+30x4 1050x400',
  [request('200')]: '9000+30x119 12570x4 12600+30x400',
};

/** Percent per range and time. */
const EXPECTED: readonly [range: '5m' | '30m' | '1h', at: string, percent: number][] = [
  // 150 of the 3,840 requests of 32 minutes.
  ['1h', '32m', 3.9],
  ['1h', '33m', 3.8],
  ['1h', '36m', 3.5],
  ['1h', '50m', 2.5],
  ['30m', '32m', 4.2],
  ['30m', '36m', 4.2],
  ['30m', '59m', 4.2],
  ['30m', '63m', 0],
  ['5m', '32m', 25],
  ['5m', '34m', 25],
  ['5m', '37m', 0],
];

test('a minute after an outage, each ratio is right and rises no more', withPromtool, (t) => {
  const expected = EXPECTED.map(([range, eval_time, value]) => ({
    // Prometheus 2 counts one evaluation more than 3, because its ranges include both ends.
    expr: `abs(100 * sum(${errorRatioName(range)}{slo="apiAvailability"}) - ${value}) <= bool ${0.01 + value * 0.05}`,
    eval_time,
    exp_samples: [{ labels: '{}', value: 1 }],
  }));
  const group_eval_order = recordingRules(createTimeScale(1)).map(({ name }) => name);
  const outage = { name: 'an outage', interval: '15s', given: OUTAGE, expected };
  evaluates(t, [outage], { rule_files: [RULES], group_eval_order });
});
