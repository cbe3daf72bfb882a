import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test, type TestContext } from 'node:test';
import { SLO_SERIES } from '@aio/catalog/slo-series';
import { createTimeScale } from '@aio/catalog/time-scale';
import { recordingRules } from '../recording-rules.ts';

const promtool = process.env.TEST_PROMTOOL_PATH;
const withPromtool = { skip: promtool ? false : 'no promtool on this machine' };
const RULES = resolve(import.meta.dirname, '../prometheus/rules/recording.yml');

/** Percent of the budget that is left, without decimals; null = no value. */
interface Expected {
  eval_time: string;
  left: number | null;
}

interface Story {
  name: string;
  interval: string;
  given: Record<string, string>;
  expected: readonly Expected[];
}

/** Prometheus evaluates `expr` on the samples of each case. */
function passes(
  t: TestContext,
  expr: string,
  rules: { files: readonly string[]; interval: string },
  stories: readonly Story[],
): void {
  const folder = mkdtempSync(join(tmpdir(), 'aio-budget-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const tests = stories.map(({ name, interval, given, expected }) => ({
    name,
    interval,
    input_series: Object.entries(given).map(([series, values]) => ({ series, values })),
    promql_expr_test: expected.map(({ eval_time, left }) => ({
      expr: `round(100 * sum(${expr}))`,
      eval_time,
      exp_samples: left === null ? [] : [{ labels: '{}', value: left }],
    })),
  }));
  const file = join(folder, 'budget.yml');
  const groups = recordingRules(createTimeScale(1)).map(({ name }) => name);
  writeFileSync(
    file,
    JSON.stringify({
      rule_files: rules.files,
      evaluation_interval: rules.interval,
      group_eval_order: groups,
      tests,
    }),
  );
  const { status, stdout, stderr } = spawnSync(promtool as string, ['test', 'rules', file], {
    encoding: 'utf8',
  });
  assert.equal(status, 0, stdout + stderr);
}

const requests = (status: string) =>
  `aio_http_request_duration_seconds_count{job="api",instance="a",method="GET",route="/api/v1/runs",status="${status}"}`;
const AVAILABILITY = `${SLO_SERIES.budgetLeft}{slo="apiAvailability"}`;

test(
  'a bad start of a new system spends as much as these minutes in any 30 days',
  withPromtool,
  (t) => {
    passes(t, AVAILABILITY, { files: [RULES], interval: '1m' }, [
      {
        // 22.8 times the allowed rate. Over a whole month, this would be -2,180 %.
        name: '2.28 % of the requests of the first 10 minutes fail',
        interval: '15s',
        given: { [requests('500')]: '0+0.57x120', [requests('200')]: '0+24.43x120' },
        expected: [
          { eval_time: '3m', left: 100 },
          { eval_time: '10m', left: 99 },
        ],
      },
      {
        name: 'all of them fail, which 43 minutes of a month may',
        interval: '15s',
        given: { [requests('500')]: '0+25x280' },
        expected: [
          { eval_time: '10m', left: 65 },
          { eval_time: '1h', left: -50 },
        ],
      },
      {
        name: 'none does',
        interval: '15s',
        given: { [requests('200')]: '0+25x120' },
        expected: [{ eval_time: '10m', left: 100 }],
      },
      {
        name: 'nothing was asked yet',
        interval: '15s',
        given: { up: '1x120' },
        expected: [{ eval_time: '10m', left: null }],
      },
    ]);
  },
);

test('with too few requests to allow one failure, there is no budget', withPromtool, (t) => {
  passes(t, AVAILABILITY, { files: [RULES], interval: '5m' }, [
    {
      name: 'one request in half a day',
      interval: '15s',
      given: { [requests('500')]: '0 1x2880' },
      expected: [{ eval_time: '12h', left: null }],
    },
  ]);
});

test('a month of data counts as it is', withPromtool, (t) => {
  // promtool cannot query 30 days at once. At this scale they are 12 hours.
  const rule = recordingRules(createTimeScale(1 / 60))
    .flatMap(({ rules }) => rules)
    .find((one) => 'record' in one && one.record === SLO_SERIES.budgetLeft);
  const expr = rule?.expr ?? assert.fail('no such rule');
  const month = (ratio: number) => ({
    'slo:events:rate1m{slo="apiAvailability"}': '1x800',
    'slo:objective:ratio{slo="apiAvailability"}': '0.999x800',
    'slo:error_ratio:rate30d{slo="apiAvailability"}': `${ratio}x800`,
  });
  passes(t, expr, { files: [], interval: '12m' }, [
    {
      name: 'half of what is allowed',
      interval: '1m',
      given: month(0.0005),
      expected: [
        { eval_time: '72m', left: 95 },
        { eval_time: '12h', left: 50 },
        { eval_time: '13h', left: 50 },
      ],
    },
    {
      name: 'more than is allowed: the objective is missed, and by how much is said',
      interval: '1m',
      given: month(0.003),
      expected: [{ eval_time: '12h', left: -200 }],
    },
    {
      name: 'for half of the month there are no data, which counts as good',
      interval: '1m',
      given: {
        ...month(0.0005),
        'slo:events:rate1m{slo="apiAvailability"}': '1x359 stale _x359 1x80',
      },
      expected: [{ eval_time: '12h', left: 75 }],
    },
  ]);
});
