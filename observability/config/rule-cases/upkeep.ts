import { select } from '@aio/catalog/metrics/select';
import { casesOf, fires, quiet, type RuleCase } from '@aio/slo/rule-case';

const api = (instance: string) => ({ job: 'api', instance }) as const;
const backup = (way: 'dump' | 'archive', instance = 'a') =>
  select('backupAt', { way, ...api(instance) });
const expiry = (endpoint: 'public' | 'login_service', instance = 'a') =>
  select('certificateExpiry', { endpoint, ...api(instance) });
const horizon = (instance: string) => select('partitionHorizon', { job: 'worker', instance });
const partitionsHeld = (reason: 'open_runs' | 'in_use' | 'not_archived') =>
  select('partitionsHeld', { reason, job: 'worker', instance: 'a' });

/** The test begins at time 0; older timestamps are negative. */
export const UPKEEP_CASES: readonly RuleCase[] = [
  ...casesOf('BackupTooOld', [
    fires(
      'no dump for more than a day; two API replicas report it',
      '20m',
      [
        [backup('dump', 'a'), '-93000x60'],
        [backup('dump', 'b'), '-93000x60'],
        [backup('archive'), '0+60x60'],
      ],
      { labels: { way: 'dump' }, summary: 'The last backup by dump is 1d 2h 10m 0s old' },
    ),
    fires(
      'PostgreSQL stopped archiving; the last dump is from last night',
      '70m',
      [
        [backup('dump'), '-40000x120'],
        [backup('archive'), '0x120'],
      ],
      { labels: { way: 'archive' }, summary: 'The last backup by archive is 1h 10m 0s old' },
    ),
    quiet('dump and archive are recent', '70m', [
      [backup('dump'), '-40000x120'],
      [backup('archive'), '0+60x120'],
    ]),
  ]),
  ...casesOf('CertificateExpires', [
    fires(
      'less than two weeks are left',
      '10m',
      [
        [expiry('login_service', 'a'), '1123200x60'],
        [expiry('login_service', 'b'), '1123200x60'],
        [expiry('public'), '7000000x60'],
      ],
      {
        labels: { endpoint: 'login_service' },
        summary: 'The certificate of login_service expires in 12d 23h 50m 0s',
      },
    ),
    quiet('the certificate was renewed', '12m', [[expiry('public'), '1123200x10 8000000x60']]),
  ]),
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
