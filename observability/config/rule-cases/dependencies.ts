import { select } from '@aio/catalog/select';
import type { RuleCase } from './rule-case.ts';

const up = (job: 'api' | 'worker', instance: string = job) =>
  select('dependencyUp', { dependency: 'redis', job, instance });
const REDIS_DOWN = {
  labels: { dependency: 'redis' },
  summary: 'No API or no worker reaches redis (up is 0)',
};
const poolWaiting = select('databasePoolWaiting', { job: 'api', instance: 'a' });

export const DEPENDENCY_CASES: readonly RuleCase[] = [
  {
    name: 'Redis answers no process',
    alert: 'DependencyDown',
    given: [
      [up('api'), '1x4 0x60'],
      [up('worker'), '1x4 0x60'],
    ],
    at: '10m',
    fires: [REDIS_DOWN],
  },
  {
    name: 'Redis answers the workers, but no API',
    alert: 'DependencyDown',
    given: [
      [up('api'), '1x4 0x60'],
      [up('worker'), '1x60'],
    ],
    at: '6m',
    fires: [REDIS_DOWN],
  },
  {
    name: 'the Redis of sessions answers no API; workers do not use it',
    alert: 'DependencyDown',
    given: [
      [
        select('dependencyUp', { dependency: 'redis_cache', job: 'api', instance: 'a' }),
        '1x4 0x60',
      ],
      [up('api'), '1x60'],
      [up('worker'), '1x60'],
    ],
    at: '10m',
    fires: [
      {
        labels: { dependency: 'redis_cache' },
        summary: 'No API or no worker reaches redis_cache (up is 0)',
      },
    ],
  },
  {
    name: 'Redis answers one of two workers',
    alert: 'DependencyDown',
    given: [
      [up('api'), '1x60'],
      [up('worker', 'v'), '1x4 0x60'],
      [up('worker', 'w'), '1x60'],
    ],
    at: '10m',
    fires: [],
  },
  {
    name: 'Redis has been back for five minutes: the alert still inhibits its symptoms',
    alert: 'DependencyDown',
    given: [[up('api'), '1x4 0x5 1x60']],
    at: '15m',
    fires: [REDIS_DOWN],
  },
  {
    name: 'Redis has been back for a quarter of an hour',
    alert: 'DependencyDown',
    given: [[up('api'), '1x4 0x5 1x60']],
    at: '25m',
    fires: [],
  },
  {
    name: 'callers queue for connections',
    alert: 'DatabasePoolWaiting',
    given: [[poolWaiting, '0x4 8x60']],
    at: '15m',
    fires: [
      {
        labels: { job: 'api', instance: 'a' },
        summary: '8 callers wait for a connection in api a',
      },
    ],
  },
  {
    name: 'callers queue for a moment',
    alert: 'DatabasePoolWaiting',
    given: [[poolWaiting, '0x4 8 0x60']],
    at: '8m',
    fires: [],
  },
];
