import { select } from '@aio/catalog/metrics/select';
import { casesOf, fires, quiet, type RuleCase } from '@aio/slo/rule-case';

const API = { job: 'api', instance: 'a' } as const;
const limited = (policy: 'user' | 'login') => select('rateLimited', { policy, ...API });
const refused = (reason: 'no_credentials' | 'role' | 'bad_token') =>
  select('accessRefusals', { reason, ...API });
const withToken = select('tokenRequests', API);
const refusedTo = (range: 'private' | 'link_local') =>
  select('addressesRefused', { range, job: 'worker', instance: 'w' });

export const ACCESS_CASES: readonly RuleCase[] = [
  ...casesOf('RequestsRateLimited', [
    fires(
      'a user sends twice the allowed requests',
      '15m',
      [
        [limited('user'), '0+200x60'],
        [limited('login'), '0+1x60'],
      ],
      {
        labels: { policy: 'user' },
        summary: '1000 requests in 5 minutes exceeded the user limit',
      },
    ),
    quiet('a client exceeds its limit for a moment', '8m', [[limited('user'), '0x5 80x60']]),
  ]),
  ...casesOf('TokensRefused', [
    fires(
      'the API accepts one token of four',
      '15m',
      [
        [withToken, '0+80x60'],
        [refused('bad_token'), '0+60x60'],
      ],
      { summary: 'The API refuses 75% of the requests with a token (401)' },
    ),
    quiet('one client of four has an expired token', '15m', [
      [withToken, '0+80x60'],
      [refused('bad_token'), '0+20x60'],
    ]),
    quiet('the only client asks ten times a minute with an expired token', '15m', [
      [withToken, '0+10x60'],
      [refused('bad_token'), '0+10x60'],
    ]),
    quiet('most requests have no login at all', '15m', [
      [withToken, '0+80x60'],
      [refused('no_credentials'), '0+600x60'],
      [refused('bad_token'), '0x60'],
    ]),
  ]),
  ...casesOf('StepAddressesRefused', [
    fires(
      "a workflow calls the cloud's metadata service",
      '15m',
      [
        [refusedTo('link_local'), '0x9 1x60'],
        [refusedTo('private'), '0x70'],
      ],
      {
        labels: { range: 'link_local' },
        summary: 'Workers refused 1 calls of http steps to link_local addresses in 15 minutes',
      },
    ),
    quiet('the call was an hour ago', '70m', [[refusedTo('private'), '0x9 1x90']]),
  ]),
];
