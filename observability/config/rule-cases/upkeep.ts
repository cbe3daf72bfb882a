import { select } from '@aio/catalog/select';
import type { RuleCase } from './rule-case.ts';

const api = (instance: string) => ({ job: 'api', instance }) as const;
const backup = (way: 'dump' | 'archive', instance = 'a') =>
  select('backupAt', { way, ...api(instance) });
const expiry = (endpoint: 'public' | 'login_service', instance = 'a') =>
  select('certificateExpiry', { endpoint, ...api(instance) });

/** Time begins at 0: what is older than the test has a time before it. */
export const UPKEEP_CASES: readonly RuleCase[] = [
  {
    name: 'no dump for more than a day, as both replicas of the API see it',
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
    name: 'the server stopped archiving its log, and the last dump is of last night',
    alert: 'BackupTooOld',
    given: [
      [backup('dump'), '-40000x120'],
      [backup('archive'), '0x120'],
    ],
    at: '70m',
    fires: [{ labels: { way: 'archive' }, summary: 'The last backup by archive is 1h 10m 0s old' }],
  },
  {
    name: 'both are as they should be',
    alert: 'BackupTooOld',
    given: [
      [backup('dump'), '-40000x120'],
      [backup('archive'), '0+60x120'],
    ],
    at: '70m',
    fires: [],
  },
  {
    name: 'two weeks are not left',
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
    name: 'it has been renewed',
    alert: 'CertificateExpires',
    given: [[expiry('public'), '1123200x10 8000000x60']],
    at: '12m',
    fires: [],
  },
];
