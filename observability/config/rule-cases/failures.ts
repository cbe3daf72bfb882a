import type { StatusClass } from '@aio/catalog/metrics/labels';
import { countOf, select } from '@aio/catalog/metrics/select';
import { casesOf, fires, quiet, type RuleCase } from '@aio/slo/rule-case';

const request = (status: StatusClass) =>
  countOf('httpResponses', { status, job: 'api', instance: 'a' });
const run = (outcome: 'succeeded' | 'failed' | 'cancelled') =>
  select('runsEnded', { outcome, job: 'worker', instance: 'w' });

const up = (dependency: 'database' | 'redis') =>
  select('dependencyUp', { dependency, job: 'api', instance: 'a' });

const runOf = (workflow: string, outcome: 'succeeded' | 'failed') =>
  select('workflowRunsEnded', { workflow, outcome, job: 'worker', instance: 'w' });

/** Samples at the scrape interval: a count of 5 is 20 a minute. Outages begin after two minutes. */
export const FAILURE_CASES: readonly RuleCase[] = [
  ...casesOf('RequestsFailing', [
    {
      ...fires(
        'three of five requests fail',
        '2m',
        [
          [request('5xx'), '0+3x40'],
          [request('2xx'), '0+2x40'],
        ],
        { summary: '60% of all requests fail (5xx)' },
      ),
      every: '15s',
    },
    {
      ...fires(
        'only 503s from one moment on: 75 seconds later',
        '195s',
        [
          [request('5xx'), '0x8 5+5x40'],
          [request('2xx'), '0+5x8 40x40'],
        ],
        { summary: '100% of all requests fail (5xx)' },
      ),
      every: '15s',
    },
    {
      ...quiet('PostgreSQL is away: DependencyDown pages', '5m', [
        [request('5xx'), '0+5x40'],
        [up('database'), '1 0x40'],
      ]),
      every: '15s',
    },
    {
      ...quiet('PostgreSQL is back after two minutes', '4m', [
        [request('5xx'), '0+5x9 50x40'],
        [request('2xx'), '0x9 0+5x40'],
        [up('database'), '1 0x8 1x40'],
      ]),
      every: '15s',
    },
    {
      ...fires(
        'five minutes after an outage of PostgreSQL, requests fail for another reason',
        '9m',
        [
          [request('5xx'), '0+5x9 50x20 50+5x40'],
          [up('database'), '1 0x8 1x60'],
        ],
        { summary: '100% of all requests fail (5xx)' },
      ),
      every: '15s',
    },
    {
      ...fires(
        'Redis is away',
        '5m',
        [
          [request('5xx'), '0+5x40'],
          [up('redis'), '1 0x40'],
        ],
        { summary: '100% of all requests fail (5xx)' },
      ),
      every: '15s',
    },
    {
      ...quiet('two of five requests fail: only the burn rate alerts', '5m', [
        [request('5xx'), '0+2x40'],
        [request('2xx'), '0+3x40'],
      ]),
      every: '15s',
    },
    {
      ...quiet('all requests fail, but only eight a minute', '5m', [[request('5xx'), '0+2x40']]),
      every: '15s',
    },
  ]),
  ...casesOf('RunsFailing', [
    {
      ...fires(
        'three of five runs fail',
        '2m',
        [
          [run('failed'), '0+3x40'],
          [run('succeeded'), '0+2x40'],
        ],
        { summary: '60% of all runs fail' },
      ),
      every: '15s',
    },
    {
      ...fires(
        'all runs fail from one moment on: 75 seconds later',
        '195s',
        [
          [run('failed'), '0x8 5+5x40'],
          [run('succeeded'), '0+5x8 40x40'],
        ],
        { summary: '100% of all runs fail' },
      ),
      every: '15s',
    },
    {
      ...quiet('users cancel all runs', '5m', [
        [run('cancelled'), '0+15x40'],
        [run('failed'), '0x40'],
        [run('succeeded'), '0+5x40'],
      ]),
      every: '15s',
    },
    {
      ...quiet('all runs fail, but only eight a minute', '5m', [[run('failed'), '0+2x40']]),
      every: '15s',
    },
    {
      ...fires(
        'runs failed for two minutes: the alert stays active and inhibits the burn rate',
        '9m',
        [
          [run('failed'), '0x8 0+5x8 40x80'],
          [run('succeeded'), '0+5x8 40x16 40+5x80'],
        ],
        { summary: '100% of all runs fail' },
      ),
      every: '15s',
    },
    {
      ...quiet('a quarter of an hour later, the alert has ended', '19m', [
        [run('failed'), '0x8 0+5x8 40x80'],
        [run('succeeded'), '0+5x8 40x16 40+5x80'],
      ]),
      every: '15s',
    },
  ]),
  ...casesOf('WorkflowFailing', [
    {
      ...fires(
        'half of the runs of a workflow with a fifth of the load fail',
        '4m',
        [
          [runOf('refund', 'failed'), '0x4 0+4x60'],
          [runOf('refund', 'succeeded'), '0+8x4 32+4x60'],
          [runOf('order', 'failed'), '0x64'],
          [runOf('order', 'succeeded'), '0+32x64'],
        ],
        { labels: { workflow: 'refund' }, summary: '50% of the runs of refund fail' },
      ),
      every: '15s',
    },
    {
      ...fires(
        'workflows without a name of their own are watched together',
        '4m',
        [
          [runOf('other', 'failed'), '0x4 0+4x60'],
          [runOf('other', 'succeeded'), '0+8x4 32+4x60'],
        ],
        { labels: { workflow: 'other' }, summary: '50% of the runs of other fail' },
      ),
      every: '15s',
    },
    quiet('a workflow fails four times', '10m', [
      [runOf('refund', 'failed'), '0x2 4x60'],
      [runOf('refund', 'succeeded'), '0x62'],
    ]),
    quiet('a tenth of the runs fails', '10m', [
      [runOf('refund', 'failed'), '0+10x60'],
      [runOf('refund', 'succeeded'), '0+90x60'],
    ]),
  ]),
];
