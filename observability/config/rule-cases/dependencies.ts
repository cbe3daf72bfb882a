import { select } from '@aio/catalog/metrics/select';
import { casesOf, fires, quiet, type RuleCase } from '@aio/slo/rule-case';

const up = (job: 'api' | 'worker', instance: string = job) =>
  select('dependencyUp', { dependency: 'redis', job, instance });
const REDIS_DOWN = {
  labels: { dependency: 'redis' },
  summary: 'No API or no worker has reached redis for a minute (up is 0)',
};
const poolWaiting = select('databasePoolWaiting', { job: 'api', instance: 'a' });

export const DEPENDENCY_CASES: readonly RuleCase[] = [
  ...casesOf('DependencyDown', [
    fires(
      'Redis answers no process',
      '10m',
      [
        [up('api'), '1x4 0x60'],
        [up('worker'), '1x4 0x60'],
      ],
      REDIS_DOWN,
    ),
    fires(
      'Redis answers the workers, but no API',
      '6m',
      [
        [up('api'), '1x4 0x60'],
        [up('worker'), '1x60'],
      ],
      REDIS_DOWN,
    ),
    fires(
      'the Redis of sessions answers no API; workers do not use it',
      '10m',
      [
        [
          select('dependencyUp', { dependency: 'redis_cache', job: 'api', instance: 'a' }),
          '1x4 0x60',
        ],
        [up('api'), '1x60'],
        [up('worker'), '1x60'],
      ],
      {
        labels: { dependency: 'redis_cache' },
        summary: 'No API or no worker has reached redis_cache for a minute (up is 0)',
      },
    ),
    quiet('Redis answers one of two workers', '10m', [
      [up('api'), '1x60'],
      [up('worker', 'v'), '1x4 0x60'],
      [up('worker', 'w'), '1x60'],
    ]),
    fires(
      'Redis has been back for five minutes: the alert still inhibits what counts the outage',
      '15m',
      [[up('api'), '1x4 0x5 1x60']],
      REDIS_DOWN,
    ),
    {
      ...quiet('Redis is slow: it answers two of five readings', '8m', [
        [up('api'), '1 1 0 0 0 1 0 0 0 1 0 1 0 0 0 1 1 0 0 0 1 0 1 0 0 0 1 1 0 0 0 1 0'],
        [up('worker'), '1 0 1 1 0 0 0 1 1 0 0 0 1 1 0 0 0 1 0 1 0 0 0 1 1 0 0 0 1 0 1 0 1'],
      ]),
      every: '15s',
    },
    {
      ...quiet('an API that starts has not reached Redis once', '1m', [[up('api'), '_x3 0 1x9']]),
      every: '15s',
    },
    quiet('Redis has been back for a quarter of an hour', '25m', [[up('api'), '1x4 0x5 1x60']]),
  ]),
  ...casesOf('DependencyInterrupted', [
    {
      ...fires(
        'Redis was away for 15 seconds',
        '6m',
        [
          // Versions of Prometheus differ in whether a range contains its first moment, here the missing sample.
          [up('api'), '1x3 _ 1x3 0 1x60'],
          [up('worker'), '1x3 _ 1x60'],
        ],
        {
          labels: { dependency: 'redis' },
          summary: 'redis answered slowly or not for 15s of the last 5 minutes',
        },
      ),
      every: '15s',
    },
    {
      ...quiet('six minutes later', '8m', [[up('api'), '1x8 0 1x60']]),
      every: '15s',
    },
  ]),
  ...casesOf('DatabasePoolWaiting', [
    fires('callers queue for connections', '15m', [[poolWaiting, '0x4 8x60']], {
      labels: { job: 'api', instance: 'a' },
      summary: '8 callers wait for a connection in api a',
    }),
    quiet('callers queue for a moment', '8m', [[poolWaiting, '0x4 8 0x60']]),
    quiet('callers queue after an outage of PostgreSQL', '14m', [
      [poolWaiting, '0x9 8x60'],
      [select('dependencyUp', { dependency: 'database', job: 'api', instance: 'a' }), '1x8 0 1x60'],
    ]),
    fires(
      'callers queue after an outage of Redis, which uses no connection',
      '14m',
      [
        [poolWaiting, '0x9 8x60'],
        [up('api'), '1x8 0 1x60'],
      ],
      {
        labels: { job: 'api', instance: 'a' },
        summary: '8 callers wait for a connection in api a',
      },
    ),
  ]),
];
