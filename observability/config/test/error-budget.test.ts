import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test, type TestContext } from 'node:test';
import { SLO_SERIES } from '@aio/slo/slo-series';
import { evaluates, withPromtool } from '@aio/catalog/testing/programs';
import { createTimeScale } from '@aio/slo/time-scale';
import { recordingRules } from '../recording-rules.ts';

const RULES = resolve(import.meta.dirname, '../prometheus/rules/recording.yml');

interface Story {
  name: string;
  given: Record<string, string>;
  /** Percent of the budget that is left, without decimals; null = no value. */
  left: Readonly<Record<string, number | null>>;
}

/** Asserts what is left of the budget in each case. */
function leaves(
  t: TestContext,
  expr: string,
  options: { rule_files?: string[]; interval: string; sampled: string },
  stories: readonly Story[],
): void {
  const cases = stories.map(({ name, given, left }) => ({
    name,
    interval: options.sampled,
    given,
    expected: Object.entries(left).map(([eval_time, percent]) => ({
      expr: `round(100 * sum(${expr}))`,
      eval_time,
      exp_samples: percent === null ? [] : [{ labels: '{}', value: percent }],
    })),
  }));
  const groups = recordingRules(createTimeScale(1)).map(({ name }) => name);
  evaluates(t, cases, { ...options, group_eval_order: groups });
}

const requests = (status: string) =>
  `aio_http_response_seconds_count{job="api",instance="a",status="${status}"}`;
const AVAILABILITY = `${SLO_SERIES.budgetLeft}{slo="apiAvailability"}`;

test('a bad start spends as much as its minutes in any 30 days', withPromtool, (t) => {
  leaves(t, AVAILABILITY, { rule_files: [RULES], interval: '1m', sampled: '15s' }, [
    {
      // 22.8 times the allowed rate. Over a whole month, this would be -2,180 %.
      name: '2.28 % of the requests of the first 10 minutes fail',
      given: { [requests('5xx')]: '0+0.57x120', [requests('2xx')]: '0+24.43x120' },
      left: { '3m': 100, '10m': 99 },
    },
    {
      name: 'all of them fail, which 43 minutes of a month may',
      given: { [requests('5xx')]: '0+25x280', [requests('2xx')]: '0x280' },
      left: { '10m': 65, '1h': -50 },
    },
    {
      name: 'none fails',
      given: { [requests('5xx')]: '0x120', [requests('2xx')]: '0+25x120' },
      left: { '10m': 100 },
    },
    {
      name: 'there was no request yet',
      given: { [requests('5xx')]: '0x120', [requests('2xx')]: '0x120' },
      left: { '10m': null },
    },
  ]);
});

test('with too few requests to allow one failure, there is no budget', withPromtool, (t) => {
  leaves(t, AVAILABILITY, { rule_files: [RULES], interval: '5m', sampled: '15s' }, [
    {
      name: 'one request in half a day',
      given: { [requests('5xx')]: '0 1x2880' },
      left: { '12h': null },
    },
  ]);
});

test('a month of data counts as it is', withPromtool, (t) => {
  // promtool cannot query 30 days at once. At this scale they are 12 hours.
  const rule = recordingRules(createTimeScale(1 / 60))
    .flatMap(({ rules }) => rules)
    .find((one) => 'record' in one && one.record === SLO_SERIES.budgetLeft);
  const expr = rule?.expr ?? assert.fail('no such rule');
  const month = (ratio: number, events = '1x800') => ({
    'slo:events:rate1m{slo="apiAvailability"}': events,
    'slo:objective:ratio{slo="apiAvailability"}': '0.999x800',
    'slo:error_ratio:rate30d{slo="apiAvailability"}': `${ratio}x800`,
  });
  leaves(t, expr, { interval: '12m', sampled: '1m' }, [
    {
      name: 'half of what is allowed',
      given: month(0.0005),
      left: { '72m': 95, '12h': 50, '13h': 50 },
    },
    {
      name: 'more than is allowed: the objective is missed, and by how much is said',
      given: month(0.003),
      left: { '12h': -200 },
    },
    {
      name: 'for half of the month there are no data, which counts as good',
      given: month(0.0005, '1x359 stale _x359 1x80'),
      left: { '12h': 75 },
    },
  ]);
});
