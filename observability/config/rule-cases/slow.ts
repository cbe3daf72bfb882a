import { countOf, sumOf } from '@aio/catalog/metrics/select';
import { casesOf, fires, quiet, type RuleCase } from '@aio/slo/rule-case';

const WORKER = { job: 'worker', instance: 'w' } as const;
const STEP = { workflow: 'order', step: 'stock', ...WORKER };
const HOST = { host: 'stock.example', ...WORKER };
const calls = (seconds: string, each: string): RuleCase['given'] => [
  [sumOf('hostCalls', HOST), seconds],
  [countOf('hostCalls', HOST), each],
];
const attempts = (seconds: string, each: string): RuleCase['given'] => [
  [sumOf('workflowStepTime', STEP), seconds],
  [countOf('workflowStepTime', STEP), each],
];

/** 60 a minute of 40 ms are 2.4 s a minute. */
export const SLOW_CASES: readonly RuleCase[] = [
  ...casesOf('DependencySlow', [
    fires(
      'after an hour of 40 ms, each call takes 8 s',
      '64m',
      calls('0+2.4x60 144+480x30', '0+60x90'),
      { labels: { host: 'stock.example' }, summary: 'Calls of stock.example take 8s on average' },
    ),
    fires('the first calls take 8 s', '5m', calls('0+480x30', '0+60x30'), {
      labels: { host: 'stock.example' },
      summary: 'Calls of stock.example take 8s on average',
    }),
    quiet(
      'after an hour of 4 s, each call takes 8 s',
      '70m',
      calls('0+240x60 14400+480x30', '0+60x90'),
    ),
    quiet('a host is always slow', '90m', calls('0+480x120', '0+60x120')),
    quiet(
      'one call in five minutes is slow',
      '64m',
      calls('0+2.4x60 144x4 152x30', '0+60x60 3600x4 3601x30'),
    ),
  ]),
  ...casesOf('StepSlow', [
    fires(
      'after an hour of 40 ms, each attempt takes 8 s',
      '64m',
      attempts('0+2.4x60 144+480x30', '0+60x90'),
      {
        labels: { workflow: 'order', step: 'stock' },
        summary: 'Step stock of order takes 8s on average',
      },
    ),
    quiet(
      'ten times as many attempts',
      '70m',
      attempts('0+2.4x60 144+24x30', '0+60x60 3600+600x30'),
    ),
    quiet(
      'from 40 ms to 400 ms: too little to act on',
      '70m',
      attempts('0+2.4x60 144+24x30', '0+60x90'),
    ),
  ]),
];
