import { select } from '@aio/catalog/metrics/select';
import { casesOf, fires, quiet, type RuleCase } from '@aio/slo/rule-case';

const WORKER = { job: 'worker', instance: 'w' } as const;
const unreadable = (error_type: string) =>
  select('stepFailures', { kind: 'http', error_type, ...WORKER });
const poison = select('poisonSteps', WORKER);

export const STEP_CASES: readonly RuleCase[] = [
  ...casesOf('SecretsUnreadable', [
    fires('workers lack the newer key', '30m', [[unreadable('secret_unreadable'), '0x5 1+1x60']], {
      summary: 'Workers could not decrypt a secret for 15 attempts in 15 minutes',
    }),
    quiet('a workflow names a secret that does not exist', '30m', [
      [unreadable('unknown_secret'), '0+1x60'],
    ]),
  ]),
  ...casesOf('PoisonStep', [
    fires('a step has killed its last worker', '15m', [[poison, '0x9 1x60']], {
      summary: 'Poison steps failed permanently: 1',
    }),
    quiet('the step failed an hour ago', '70m', [[poison, '0x9 1x90']]),
  ]),
];
