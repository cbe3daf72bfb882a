import { select } from '@aio/catalog/select';
import type { RuleCase } from './rule-case.ts';

const WORKER = { job: 'worker', instance: 'w' } as const;
const retries = select('stepRetries', { kind: 'http', ...WORKER });
const attempts = (outcome: 'succeeded' | 'failed') =>
  select('stepAttempts', { kind: 'http', outcome, ...WORKER });
const unreadable = (error_type: string) =>
  select('stepFailures', { kind: 'http', error_type, ...WORKER });
const poison = select('poisonSteps', WORKER);

export const STEP_CASES: readonly RuleCase[] = [
  {
    name: 'four of five attempts are retried',
    alert: 'RetryStorm',
    given: [
      [retries, '0+80x60'],
      [attempts('failed'), '0+80x60'],
      [attempts('succeeded'), '0+20x60'],
    ],
    at: '15m',
    fires: [{ labels: { kind: 'http' }, summary: '80% of http attempts fail and are retried' }],
  },
  {
    name: 'one of five attempts is retried',
    alert: 'RetryStorm',
    given: [
      [retries, '0+20x60'],
      [attempts('failed'), '0+20x60'],
      [attempts('succeeded'), '0+80x60'],
    ],
    at: '15m',
    fires: [],
  },
  {
    name: 'a single step is retried every minute',
    alert: 'RetryStorm',
    given: [
      [retries, '0+1x60'],
      [attempts('failed'), '0+1x60'],
      [attempts('succeeded'), '0x60'],
    ],
    at: '15m',
    fires: [],
  },
  {
    name: 'workers lack the newer key',
    alert: 'SecretsUnreadable',
    given: [[unreadable('secret_unreadable'), '0x5 1+1x60']],
    at: '30m',
    fires: [
      {
        summary: 'Workers could not decrypt a secret for 15 attempts in 15 minutes',
      },
    ],
  },
  {
    name: 'a workflow names a secret that does not exist',
    alert: 'SecretsUnreadable',
    given: [[unreadable('unknown_secret'), '0+1x60']],
    at: '30m',
    fires: [],
  },
  {
    name: 'a step has killed its last worker',
    alert: 'PoisonStep',
    given: [[poison, '0x9 1x60']],
    at: '15m',
    fires: [{ summary: 'Poison steps failed permanently: 1' }],
  },
  {
    name: 'the step failed an hour ago',
    alert: 'PoisonStep',
    given: [[poison, '0x9 1x90']],
    at: '70m',
    fires: [],
  },
];
