import { countOf, sumOf } from '@aio/catalog/metrics/select';
import { casesOf, fires, quiet, type RuleCase } from '@aio/slo/rule-case';

const HOST = { host: 'stock.example', job: 'worker', instance: 'w' } as const;
const calls = (seconds: string, each: string): RuleCase['given'] => [
  [sumOf('hostCalls', HOST), seconds],
  [countOf('hostCalls', HOST), each],
];
const EIGHT_SECONDS = {
  labels: { host: 'stock.example' },
  summary: 'Calls of stock.example take 8s on average',
};

/** 60 a minute of 40 ms are 2.4 s a minute. A day has 1,440 minutes. */
export const SLOW_CASES: readonly RuleCase[] = [
  ...casesOf('DependencySlow', [
    fires(
      'yesterday 40 ms, now each call takes 8 s',
      '1504m',
      calls('0+2.4x1500 3600+480x30', '0+60x1530'),
      EIGHT_SECONDS,
    ),
    fires('the first calls take 8 s', '5m', calls('0+480x30', '0+60x30'), EIGHT_SECONDS),
    fires(
      'an hour of 40 ms is no yesterday: 8 s count, 4 s do not',
      '94m',
      calls('0+2.4x60 144+240x25 6144+480x30', '0+60x120'),
      EIGHT_SECONDS,
    ),
    quiet(
      'without a yesterday, each call takes 4 s',
      '84m',
      calls('0+2.4x60 144+240x60', '0+60x120'),
    ),
    quiet(
      'yesterday 4 s, now each call takes 8 s',
      '1510m',
      calls('0+240x1500 360000+480x30', '0+60x1530'),
    ),
    quiet(
      'one call in five minutes is slow',
      '64m',
      calls('0+2.4x60 144x4 152x30', '0+60x60 3600x4 3601x30'),
    ),
  ]),
];
