import { countOf, select } from '@aio/catalog/select';
import type { RuleCase } from './rule-case.ts';

const API = { job: 'api', instance: 'a' } as const;
const logins = (outcome: 'succeeded' | 'failed') => select('logins', { outcome, ...API });
const begun = countOf('httpRequestDuration', {
  method: 'GET',
  route: '/auth/login',
  status: '302',
  ...API,
});
const errors = (request: 'metadata' | 'token' | 'keys') =>
  select('loginServiceErrors', { request, ...API });
const sessionErrors = select('sessionErrors', API);

export const IDENTITY_CASES: readonly RuleCase[] = [
  {
    name: 'three of four logins are refused',
    alert: 'LoginsFailing',
    given: [
      [logins('failed'), '0+12x60'],
      [logins('succeeded'), '0+4x60'],
    ],
    at: '15m',
    fires: [{ summary: 'The API refuses 75% of the logins that return from the login service' }],
  },
  {
    name: 'one of four logins is refused',
    alert: 'LoginsFailing',
    given: [
      [logins('failed'), '0+4x60'],
      [logins('succeeded'), '0+12x60'],
    ],
    at: '15m',
    fires: [],
  },
  {
    name: 'one login a minute, and the API refuses it',
    alert: 'LoginsFailing',
    given: [
      [logins('failed'), '0+1x60'],
      [logins('succeeded'), '0x60'],
    ],
    at: '15m',
    fires: [],
  },
  {
    name: 'nine of ten users do not come back',
    alert: 'LoginsUnfinished',
    given: [
      [begun, '0+10x60'],
      [logins('failed'), '0x60'],
      [logins('succeeded'), '0+1x60'],
    ],
    at: '30m',
    fires: [
      {
        summary: '90% of the logins do not return from the login service',
      },
    ],
  },
  {
    name: 'half of the users close the page',
    alert: 'LoginsUnfinished',
    given: [
      [begun, '0+10x60'],
      [logins('failed'), '0+1x60'],
      [logins('succeeded'), '0+4x60'],
    ],
    at: '30m',
    fires: [],
  },
  {
    name: 'one user opens the login page every minute',
    alert: 'LoginsUnfinished',
    given: [
      [begun, '0+1x60'],
      [logins('failed'), '0x60'],
      [logins('succeeded'), '0x60'],
    ],
    at: '30m',
    fires: [],
  },
  {
    name: 'the login service answers neither logins nor requests for keys',
    alert: 'LoginServiceAway',
    given: [
      [errors('metadata'), '0x5 0+4x60'],
      [errors('keys'), '0x5 0+1x60'],
      [errors('token'), '0x65'],
    ],
    at: '15m',
    fires: [{ summary: '10 requests to the login service failed in 2 minutes' }],
  },
  {
    name: 'the login service restarts',
    alert: 'LoginServiceAway',
    given: [
      [errors('metadata'), '0x5 6x60'],
      [errors('keys'), '0x65'],
    ],
    at: '8m',
    fires: [],
  },
  {
    name: 'no page can read its session',
    alert: 'SessionsUnavailable',
    given: [[sessionErrors, '0x5 0+30x60']],
    at: '15m',
    fires: [{ summary: 'The API could not read the session of 60 browser requests in 2 minutes' }],
  },
  {
    name: 'a connection to Redis breaks once',
    alert: 'SessionsUnavailable',
    given: [[sessionErrors, '0x5 2x60']],
    at: '7m',
    fires: [],
  },
];
