import { resolve } from 'node:path';
import { test } from 'node:test';
import { SLO_SERIES, errorRatioName } from '@aio/slo/slo-series';
import { evaluates, withPromtool } from '@aio/catalog/testing/programs';
import { recordingRules } from '../recording-rules.ts';

const RULES = resolve(import.meta.dirname, '../prometheus/rules/recording.yml');

const request = (status: string) =>
  `aio_http_response_seconds_count{job="api",instance="a",status="${status}"}`;

const bucket = (status: string) =>
  `aio_http_response_seconds_bucket{job="api",instance="a",status="${status}",le="0.25"}`;

/**
 * Two requests a second; from 29:45 to 31:00 all fail. From the second minute after the end on, no rate contains the
 * failures.
 */
const OUTAGE = {
  [request('5xx')]: '900x119 930+30x4 1050x400',
  [request('2xx')]: '9000+30x119 12570x4 12600+30x400',
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

const GROUPS = recordingRules().map(({ name }) => name);

test('the first failed run of a process is a bad event', withPromtool, (t) => {
  const ended = (outcome: string) =>
    `aio_runs_ended_total{job="worker",instance="w",outcome="${outcome}"}`;
  const of = '{slo="runSuccess"}';
  const counted = countedIn(SLO_SERIES.badEvents, of);
  const failure = {
    name: 'one run, which fails between two scrapes',
    interval: '15s',
    given: { [ended('failed')]: '0x8 1x40', [ended('succeeded')]: '0x48' },
    expected: [
      { expr: counted, eval_time: '2m', exp_samples: [{ labels: of, value: 0 }] },
      { expr: counted, eval_time: '4m', exp_samples: [{ labels: of, value: 1 }] },
      {
        expr: `${errorRatioName('5m')}${of}`,
        eval_time: '4m',
        exp_samples: [{ labels: `${errorRatioName('5m')}${of}`, value: 1 }],
      },
    ],
  };
  evaluates(t, [failure], { rule_files: [RULES], group_eval_order: GROUPS });
});

/** Without the rounding errors of divisions. */
function countedIn(series: string, of: string): string {
  return `round(15 * sum_over_time(${series}${of}[10m]), 0.001)`;
}

const answered = (what: 'frontend' | 'backend' | 'server', proxy: string) =>
  `haproxy_${what}_http_responses_total{job="proxy",instance="p",proxy="${proxy}",code="5xx"}`;

test('answers of the proxy count once, and not for probes', withPromtool, (t) => {
  const expected = (['apiAvailability', 'apiLatency'] as const).flatMap((slo) =>
    Object.entries({ badEvents: 9, events: 12 }).map(([what, value]) => {
      const of = `{slo="${slo}"}`;
      const expr = countedIn(SLO_SERIES[what as 'badEvents' | 'events'], of);
      return { expr, eval_time: '8m', exp_samples: [{ labels: of, value }] };
    }),
  );
  const proxied = {
    name: 'the APIs answer five requests, two of them late with 5xx; then the proxy answers seven, and four probes',
    interval: '15s',
    given: {
      [request('2xx')]: '0x4 3x40',
      [request('5xx')]: '0x4 2x40',
      [bucket('2xx')]: '0x4 3x40',
      [bucket('5xx')]: '0x44',
      [answered('frontend', 'public')]: '0x4 2x8 13x40',
      [answered('server', 'api-alive')]: '0x4 2x40',
      [answered('server', 'api')]: '0x44',
      [answered('backend', 'api-alive')]: '0x4 2x8 9x40',
      [answered('backend', 'probes')]: '0x44',
      [answered('backend', 'probes-alive')]: '0x12 4x40',
    },
    expected,
  };
  const gone = {
    name: 'no API is up, and the proxy answers three requests',
    interval: '15s',
    given: {
      [answered('frontend', 'public')]: '0x12 3x40',
      [answered('server', 'api')]: '0x44',
      [answered('backend', 'probes')]: '0x44',
    },
    expected: [SLO_SERIES.badEvents, SLO_SERIES.events].map((series) => ({
      expr: countedIn(series, '{slo="apiAvailability"}'),
      eval_time: '8m',
      exp_samples: [{ labels: '{slo="apiAvailability"}', value: 3 }],
    })),
  };
  evaluates(t, [proxied, gone], { rule_files: [RULES], group_eval_order: GROUPS });
});

test('a minute after an outage, each ratio is right and rises no more', withPromtool, (t) => {
  const expected = EXPECTED.map(([range, eval_time, value]) => ({
    // Prometheus 2 counts one evaluation more than 3, because its ranges include both ends.
    expr: `abs(100 * sum(${errorRatioName(range)}{slo="apiAvailability"}) - ${value}) <= bool ${0.01 + value * 0.05}`,
    eval_time,
    exp_samples: [{ labels: '{}', value: 1 }],
  }));
  const outage = { name: 'an outage', interval: '15s', given: OUTAGE, expected };
  evaluates(t, [outage], { rule_files: [RULES], group_eval_order: GROUPS });
});
