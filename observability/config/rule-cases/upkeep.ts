import { select } from '@aio/catalog/select';
import type { RuleCase } from './rule-case.ts';

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
  {
    name: 'no dump for more than a day; two API replicas report it',
    alert: 'BackupTooOld',
    given: [
      [backup('dump', 'a'), '-93000x60'],
      [backup('dump', 'b'), '-93000x60'],
      [backup('archive'), '0+60x60'],
    ],
    at: '20m',
    fires: [{ labels: { way: 'dump' }, summary: 'The last backup by dump is 1d 2h 10m 0s old' }],
  },
  {
    name: 'PostgreSQL stopped archiving; the last dump is from last night',
    alert: 'BackupTooOld',
    given: [
      [backup('dump'), '-40000x120'],
      [backup('archive'), '0x120'],
    ],
    at: '70m',
    fires: [{ labels: { way: 'archive' }, summary: 'The last backup by archive is 1h 10m 0s old' }],
  },
  {
    name: 'dump and archive are recent',
    alert: 'BackupTooOld',
    given: [
      [backup('dump'), '-40000x120'],
      [backup('archive'), '0+60x120'],
    ],
    at: '70m',
    fires: [],
  },
  {
    name: 'less than two weeks are left',
    alert: 'CertificateExpires',
    given: [
      [expiry('login_service', 'a'), '1123200x60'],
      [expiry('login_service', 'b'), '1123200x60'],
      [expiry('public'), '7000000x60'],
    ],
    at: '10m',
    fires: [
      {
        labels: { endpoint: 'login_service' },
        summary: 'The certificate of login_service expires in 12d 23h 50m 0s',
      },
    ],
  },
  {
    name: 'the certificate was renewed',
    alert: 'CertificateExpires',
    given: [[expiry('public'), '1123200x10 8000000x60']],
    at: '12m',
    fires: [],
  },
  {
    name: 'no worker could add partitions; two workers report it',
    alert: 'PartitionsRunOut',
    given: [
      [horizon('a'), '36600-60x60'],
      [horizon('b'), '36600-60x60'],
    ],
    at: '10m',
    fires: [{ labels: {}, summary: 'The last partition for runs ends in 10h 0m 0s' }],
  },
  {
    name: 'the partitions end in a day, then later',
    alert: 'PartitionsRunOut',
    given: [[horizon('a'), '86400x10 172800x60']],
    at: '20m',
    fires: [],
  },
  {
    name: 'the archive command fails',
    alert: 'OldRunsHeld',
    given: [
      [partitionsHeld('not_archived'), '1x120'],
      [partitionsHeld('open_runs'), '2x120'],
      [partitionsHeld('in_use'), '0x120'],
    ],
    at: '70m',
    fires: [
      {
        labels: { reason: 'not_archived' },
        summary: '1 old partitions of runs cannot be dropped: not_archived',
      },
    ],
  },
  {
    name: 'a dump reads old runs for half an hour, and an old run continues',
    alert: 'OldRunsHeld',
    given: [
      [partitionsHeld('in_use'), '1x30 0x90'],
      [partitionsHeld('open_runs'), '1x120'],
    ],
    at: '110m',
    fires: [],
  },
];
