import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test, type TestContext } from 'node:test';
import { describeBudget } from '@aio/slo/error-budget';
import { SLO_SERIES } from '@aio/slo/slo-series';
import { evaluates, withPromtool } from '@aio/catalog/testing/programs';
import { recordingRules } from '../recording-rules.ts';

const RULES = resolve(import.meta.dirname, '../prometheus/rules/recording.yml');

const TOO_FEW = 'too few';
const GROUPS = recordingRules().map(({ name }) => name);

interface Story {
  name: string;
  given: Record<string, string>;
  /** Percent of the budget that is left, without decimals; null = no value. */
  left: Readonly<Record<string, number | typeof TOO_FEW | null>>;
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
      // NaN differs from itself, and JSON has none.
      expr: percent === TOO_FEW ? `count(${expr} != ${expr})` : `round(100 * sum(${expr}))`,
      eval_time,
      exp_samples:
        percent === null ? [] : [{ labels: '{}', value: percent === TOO_FEW ? 1 : percent }],
    })),
  }));
  evaluates(t, cases, { ...options, group_eval_order: GROUPS });
}

const requests = (status: string) =>
  `aio_http_response_seconds_count{job="api",instance="a",status="${status}"}`;
const AVAILABILITY = `${SLO_SERIES.budgetLeft}{slo="apiAvailability"}`;

test('a young system counts what there is, once it has enough events', withPromtool, (t) => {
  leaves(t, AVAILABILITY, { rule_files: [RULES], interval: '15s', sampled: '15s' }, [
    {
      // 22.8 times what the objective allows.
      name: '2.28 % of 100 requests a minute fail',
      given: { [requests('5xx')]: '0+0.57x120', [requests('2xx')]: '0+24.43x120' },
      left: { '9m': TOO_FEW, '11m': -2180 },
    },
    {
      name: 'one of 4,000 requests fails',
      given: { [requests('5xx')]: '0x8 1x112', [requests('2xx')]: '0+100x40 4000x80' },
      left: { '15m': 75, '25m': 75 },
    },
    {
      name: 'none fails',
      given: { [requests('5xx')]: '0x120', [requests('2xx')]: '0+25x120' },
      left: { '11m': 100 },
    },
    {
      name: 'ten requests, of which one fails',
      given: { [requests('5xx')]: '0x8 1x112', [requests('2xx')]: '0x8 9x112' },
      left: { '10m': TOO_FEW },
    },
    {
      name: 'there was no request yet',
      given: { [requests('5xx')]: '0x120', [requests('2xx')]: '0x120' },
      left: { '10m': TOO_FEW },
    },
    { name: 'nothing is measured', given: { up: '1x120' }, left: { '10m': null } },
  ]);
});

test('the number of events is exact', withPromtool, (t) => {
  const counted = `${SLO_SERIES.counted}{slo="apiAvailability"}`;
  const given = { [requests('5xx')]: '0x8 1x112', [requests('2xx')]: '0x8 9x32 11x80' };
  evaluates(
    t,
    [
      {
        name: 'ten requests at once, and two later',
        interval: '15s',
        given,
        expected: Object.entries({ '5m': 10, '12m': 12, '25m': 12 }).map(([eval_time, value]) => ({
          expr: counted,
          eval_time,
          exp_samples: [{ labels: counted, value }],
        })),
      },
    ],
    { rule_files: [RULES], interval: '1m', group_eval_order: GROUPS },
  );
});

test('an alert waits for as many bad events as it says, and for a budget', withPromtool, (t) => {
  const alerts = 'count(ALERTS{alertname="ApiAvailabilityBurn"})';
  const pending = (name: string, bad: string, good: string, count: number) => ({
    name,
    interval: '15s',
    given: { [requests('5xx')]: bad, [requests('2xx')]: good },
    expected: [
      {
        expr: alerts,
        eval_time: '12m',
        exp_samples: count === 0 ? [] : [{ labels: '{}', value: count }],
      },
    ],
  });
  const BURN = resolve(RULES, '../slo-burn.yml');
  evaluates(
    t,
    [
      pending('four of 1,200 requests fail', '0x40 4x40', '0+30x80', 0),
      pending('six of 1,200 requests fail', '0x40 6x40', '0+30x80', 2),
      pending('six of 85 requests fail', '0x40 6x40', '0x4 79x80', 0),
    ],
    { rule_files: [RULES, BURN], interval: '15s', group_eval_order: [...GROUPS, 'slo-burn'] },
  );
});

test('a month of data counts as it is', withPromtool, (t) => {
  const budgets = recordingRules().find(({ name }) => name === 'slo-budgets');
  const rule = budgets?.rules.find(({ expr }) => expr.includes('slo="apiAvailability"'));
  const expr = rule?.expr ?? assert.fail('no such rule');
  const month = (ratio: number) => ({
    'slo:events:count30d{slo="apiAvailability"}': '5000x800',
    'slo:error_ratio:rate30d{slo="apiAvailability"}': `${ratio}x800`,
  });
  leaves(t, expr, { interval: '12m', sampled: '1m' }, [
    {
      name: 'half of what is allowed',
      given: month(0.0005),
      left: { '72m': 50, '12h': 50 },
    },
    {
      name: 'more than is allowed: the objective is missed, and by how much is said',
      given: month(0.003),
      left: { '12h': -200 },
    },
  ]);
});

test('the recorded number is rounded down, and the words follow it', () => {
  const words = (left: number | null) => describeBudget({ left, events: 12, minEvents: 1000 });
  assert.equal(words(0.992), '99.2% of the error budget left, 30 days');
  assert.equal(words(0.57), '57% of the error budget left, 30 days');
  assert.equal(words(0), '0% of the error budget left, 30 days');
  assert.equal(words(-0.001), 'Error budget overspent by 1%, 30 days');
  assert.equal(words(-7.846), 'Error budget overspent by 785%, 30 days');
  assert.equal(words(null), 'Too few events to say (12 of at least 1000)');
});
