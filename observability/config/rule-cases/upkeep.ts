import { select } from '@aio/catalog/metrics/select';
import { casesOf, fires, quiet, type RuleCase } from '@aio/slo/rule-case';

const horizon = (instance: string) => select('partitionHorizon', { job: 'worker', instance });

export const UPKEEP_CASES: readonly RuleCase[] = [
  ...casesOf('PartitionsRunOut', [
    fires(
      'no worker could add partitions; two workers report it',
      '10m',
      [
        [horizon('a'), '36600-60x60'],
        [horizon('b'), '36600-60x60'],
      ],
      { labels: {}, summary: 'The last partition for runs ends in 10h 0m 0s' },
    ),
    quiet('the partitions end in a day, then later', '20m', [[horizon('a'), '86400x10 172800x60']]),
  ]),
];
