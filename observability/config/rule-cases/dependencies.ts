import { select } from '@aio/catalog/select';
import type { RuleCase } from './rule-case.ts';

const up = (job: 'api' | 'worker') =>
  select('dependencyUp', { dependency: 'redis', job, instance: job });
const poolWaiting = select('databasePoolWaiting', { job: 'api', instance: 'a' });

export const DEPENDENCY_CASES: readonly RuleCase[] = [
  {
    name: 'Redis answers nobody',
    alert: 'DependencyDown',
    given: [
      [up('api'), '1x4 0x60'],
      [up('worker'), '1x4 0x60'],
    ],
    at: '10m',
    fires: [{ labels: { dependency: 'redis' }, summary: 'redis answers none of us (up is 0)' }],
  },
  {
    name: 'Redis answers the workers',
    alert: 'DependencyDown',
    given: [
      [up('api'), '1x4 0x60'],
      [up('worker'), '1x60'],
    ],
    at: '10m',
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
    name: 'a moment of it',
    alert: 'DatabasePoolWaiting',
    given: [[poolWaiting, '0x4 8 0x60']],
    at: '8m',
    fires: [],
  },
];
