import { countOf, select } from '@aio/catalog/select';
import type { RuleCase } from './rule-case.ts';

const API = { job: 'api', instance: 'a' } as const;
const limited = (policy: 'user' | 'login') => select('rateLimited', { policy, ...API });
const unshared = (policy: 'address' | 'machine') => select('rateLimitUnshared', { policy, ...API });
const answered = (status: '2xx' | '4xx') => countOf('httpResponses', { status, ...API });
const refused = (reason: 'no_credentials' | 'role') => select('accessRefusals', { reason, ...API });
const refusedTo = (range: 'private' | 'link_local') =>
  select('addressesRefused', { range, job: 'worker', instance: 'w' });

export const ACCESS_CASES: readonly RuleCase[] = [
  {
    name: 'a user sends twice the allowed requests',
    alert: 'RequestsRateLimited',
    given: [
      [limited('user'), '0+200x60'],
      [limited('login'), '0+1x60'],
    ],
    at: '15m',
    fires: [
      {
        labels: { policy: 'user' },
        summary: '1000 requests in 5 minutes exceeded the user limit',
      },
    ],
  },
  {
    name: 'a client exceeds its limit for a moment',
    alert: 'RequestsRateLimited',
    given: [[limited('user'), '0x5 80x60']],
    at: '8m',
    fires: [],
  },
  {
    name: 'replicas count alone for a quarter of an hour',
    alert: 'RateLimitsUnshared',
    given: [
      [unshared('address'), '0+300x60'],
      [unshared('machine'), '0+100x60'],
    ],
    at: '15m',
    fires: [{ summary: 'API replicas counted 2000 requests in 5 minutes without Redis' }],
  },
  {
    name: 'Redis restarts',
    alert: 'RateLimitsUnshared',
    given: [
      [unshared('address'), '0x5 40x60'],
      [unshared('machine'), '0x65'],
    ],
    at: '9m',
    fires: [],
  },
  {
    name: 'every second request has no login',
    alert: 'RequestsRefused',
    given: [
      [answered('2xx'), '0+60x60'],
      [answered('4xx'), '0+60x60'],
      [refused('no_credentials'), '0+40x60'],
      [refused('role'), '0+20x60'],
    ],
    at: '15m',
    fires: [{ summary: 'The API refuses 50% of all requests (401, 403)' }],
  },
  {
    name: 'one request of ten has no login',
    alert: 'RequestsRefused',
    given: [
      [answered('2xx'), '0+900x60'],
      [answered('4xx'), '0+100x60'],
      [refused('role'), '0+100x60'],
    ],
    at: '15m',
    fires: [],
  },
  {
    name: 'a single page sends a refused request now and then',
    alert: 'RequestsRefused',
    given: [
      [answered('4xx'), '0+2x60'],
      [refused('no_credentials'), '0+2x60'],
    ],
    at: '15m',
    fires: [],
  },
  {
    name: "a workflow calls the cloud's metadata service",
    alert: 'StepAddressesRefused',
    given: [
      [refusedTo('link_local'), '0x9 1x60'],
      [refusedTo('private'), '0x70'],
    ],
    at: '15m',
    fires: [
      {
        labels: { range: 'link_local' },
        summary: 'Workers refused 1 calls of http steps to link_local addresses in 15 minutes',
      },
    ],
  },
  {
    name: 'the call was an hour ago',
    alert: 'StepAddressesRefused',
    given: [[refusedTo('private'), '0x9 1x90']],
    at: '70m',
    fires: [],
  },
];
