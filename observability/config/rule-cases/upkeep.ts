import { select } from '@aio/catalog/metrics/select';
import { casesOf, fires, quiet, type RuleCase } from '@aio/slo/rule-case';

const horizon = (instance: string) => select('partitionHorizon', { job: 'worker', instance });
const partitionsHeld = (reason: 'open_runs' | 'in_use' | 'not_archived') =>
  select('partitionsHeld', { reason, job: 'worker', instance: 'a' });

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
  ...casesOf('OldRunsHeld', [
    fires(
      'the archive command fails',
      '70m',
      [
        [partitionsHeld('not_archived'), '1x120'],
        [partitionsHeld('open_runs'), '2x120'],
        [partitionsHeld('in_use'), '0x120'],
      ],
      {
        labels: { reason: 'not_archived' },
        summary: '1 old partitions of runs cannot be dropped: not_archived',
      },
    ),
    quiet('a dump reads old runs for half an hour, and an old run continues', '110m', [
      [partitionsHeld('in_use'), '1x30 0x90'],
      [partitionsHeld('open_runs'), '1x120'],
    ]),
  ]),
];
