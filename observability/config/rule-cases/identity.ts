import { select } from '@aio/catalog/metrics/select';
import { casesOf, fires, quiet, type RuleCase } from '@aio/slo/rule-case';

const API = { job: 'api', instance: 'a' } as const;
const logins = (outcome: 'succeeded' | 'failed') => select('logins', { outcome, ...API });
const errors = (request: 'metadata' | 'token' | 'keys') =>
  select('loginServiceErrors', { request, ...API });

export const IDENTITY_CASES: readonly RuleCase[] = [
  ...casesOf('LoginsFailing', [
    fires(
      'three of four logins are refused',
      '15m',
      [
        [logins('failed'), '0+12x60'],
        [logins('succeeded'), '0+4x60'],
      ],
      { summary: 'The API refuses 75% of the logins that return from the login service' },
    ),
    quiet('one of four logins is refused', '15m', [
      [logins('failed'), '0+4x60'],
      [logins('succeeded'), '0+12x60'],
    ]),
    quiet('one login a minute, and the API refuses it', '15m', [
      [logins('failed'), '0+1x60'],
      [logins('succeeded'), '0x60'],
    ]),
  ]),
  ...casesOf('LoginServiceAway', [
    fires(
      'the login service answers neither logins nor requests for keys',
      '15m',
      [
        [errors('metadata'), '0x5 0+4x60'],
        [errors('keys'), '0x5 0+1x60'],
        [errors('token'), '0x65'],
      ],
      { summary: '10 requests to the login service failed in 2 minutes' },
    ),
    quiet('the login service restarts', '8m', [
      [errors('metadata'), '0x5 6x60'],
      [errors('keys'), '0x65'],
    ]),
  ]),
];
