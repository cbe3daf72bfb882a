import type { StatusClass } from '@aio/catalog/labels';
import { countOf, select } from '@aio/catalog/select';
import type { RuleCase } from './rule-case.ts';

const request = (status: StatusClass) =>
  countOf('httpResponses', { status, job: 'api', instance: 'a' });
const run = (outcome: 'succeeded' | 'failed' | 'cancelled') =>
  select('runsEnded', { outcome, job: 'worker', instance: 'w' });

/** Samples at the scrape interval: a count of 5 is 20 a minute. Outages begin after two minutes. */
export const FAILURE_CASES: readonly RuleCase[] = [
  {
    name: 'three of five requests fail',
    alert: 'RequestsFailing',
    every: '15s',
    given: [
      [request('5xx'), '0+3x40'],
      [request('2xx'), '0+2x40'],
    ],
    at: '2m',
    fires: [{ summary: '60% of all requests fail (5xx)' }],
  },
  {
    name: 'only 503s from one moment on: 75 seconds later',
    alert: 'RequestsFailing',
    every: '15s',
    given: [
      [request('5xx'), '0x8 5+5x40'],
      [request('2xx'), '0+5x8 40x40'],
    ],
    at: '195s',
    fires: [{ summary: '100% of all requests fail (5xx)' }],
  },
  {
    name: 'two of five requests fail: only the burn rate alerts',
    alert: 'RequestsFailing',
    every: '15s',
    given: [
      [request('5xx'), '0+2x40'],
      [request('2xx'), '0+3x40'],
    ],
    at: '5m',
    fires: [],
  },
  {
    name: 'all requests fail, but only eight a minute',
    alert: 'RequestsFailing',
    every: '15s',
    given: [[request('5xx'), '0+2x40']],
    at: '5m',
    fires: [],
  },
  {
    name: 'three of five runs fail',
    alert: 'RunsFailing',
    every: '15s',
    given: [
      [run('failed'), '0+3x40'],
      [run('succeeded'), '0+2x40'],
    ],
    at: '2m',
    fires: [{ summary: '60% of all runs fail' }],
  },
  {
    name: 'all runs fail from one moment on: 75 seconds later',
    alert: 'RunsFailing',
    every: '15s',
    given: [
      [run('failed'), '0x8 5+5x40'],
      [run('succeeded'), '0+5x8 40x40'],
    ],
    at: '195s',
    fires: [{ summary: '100% of all runs fail' }],
  },
  {
    name: 'users cancel all runs',
    alert: 'RunsFailing',
    every: '15s',
    given: [
      [run('cancelled'), '0+15x40'],
      [run('failed'), '0x40'],
      [run('succeeded'), '0+5x40'],
    ],
    at: '5m',
    fires: [],
  },
  {
    name: 'all runs fail, but only eight a minute',
    alert: 'RunsFailing',
    every: '15s',
    given: [[run('failed'), '0+2x40']],
    at: '5m',
    fires: [],
  },
  {
    name: 'runs failed for two minutes: the alert stays active and inhibits the burn rate',
    alert: 'RunsFailing',
    every: '15s',
    given: [
      [run('failed'), '0x8 0+5x8 40x80'],
      [run('succeeded'), '0+5x8 40x16 40+5x80'],
    ],
    at: '9m',
    fires: [{ summary: '100% of all runs fail' }],
  },
  {
    name: 'a quarter of an hour later, the alert has ended',
    alert: 'RunsFailing',
    every: '15s',
    given: [
      [run('failed'), '0x8 0+5x8 40x80'],
      [run('succeeded'), '0+5x8 40x16 40+5x80'],
    ],
    at: '19m',
    fires: [],
  },
];
