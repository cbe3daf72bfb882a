import { type Alert } from './alert.ts';
import { COUNT, TIME } from '@aio/slo/alert';
import { age, max, min, or, timeLeft, where } from '@aio/slo/promql';
import { select } from '../metrics/select.ts';
import { type TimeScale, inSeconds } from '@aio/slo/time-scale';

/** A dump runs once a day and takes a while. PostgreSQL archives a segment about every minute while workers write. */
export const MAX_BACKUP_AGE = { dump: '26h', archive: '1h' } as const;
/** In seconds. Renewals start a month before the end, so by now they have failed. Drills do not shorten it. */
export const CERTIFICATE_NOTICE = inSeconds('14d');
/** In seconds. Workers keep at least a day ahead. */
export const PARTITIONS_NOTICE = inSeconds('12h');

/** Regular upkeep whose failure shows only when it is too late. */
export function upkeepAlerts(time: TimeScale): readonly Alert[] {
  const tooOld = (way: keyof typeof MAX_BACKUP_AGE) =>
    where(age(max(select('backupAt', { way }), ['way'])), '>', time.seconds(MAX_BACKUP_AGE[way]));
  return [
    {
      name: 'BackupTooOld',
      severity: 'ticket',
      summary: `The last backup by {{ $labels.way }} is ${TIME} old`,
      description:
        'The dump job has not succeeded for more than a day, or PostgreSQL has not archived its ' +
        'log for an hour. If the database is lost now, everything since then is lost.',
      query: or(tooOld('dump'), tooOld('archive')),
      for: time.hold('5m'),
      panel: { dashboardUid: 'aio-runtime', title: 'Age of the backup' },
    },
    {
      name: 'CertificateExpires',
      severity: 'ticket',
      summary: `The certificate of {{ $labels.endpoint }} expires in ${TIME}`,
      description:
        'In less than two weeks, browsers and programs will refuse to connect to AIO (public) or ' +
        'to the login service. Without the login service, users cannot log in and AIO accepts no ' +
        'new token.',
      query: where(
        timeLeft(min(select('certificateExpiry'), ['endpoint'])),
        '<',
        CERTIFICATE_NOTICE,
      ),
      for: time.hold('5m'),
      panel: { dashboardUid: 'aio-runtime', title: 'Certificates' },
    },
    {
      name: 'PartitionsRunOut',
      severity: 'ticket',
      summary: `The last partition for runs ends in ${TIME}`,
      description:
        'Workers add partitions at least a day ahead, but could not for hours. When the last ' +
        'partition ends, every submission fails.',
      query: where(min(select('partitionHorizon')), '<', PARTITIONS_NOTICE),
      for: time.hold('5m'),
      panel: { dashboardUid: 'aio-runtime', title: 'Partitions reach' },
    },
    {
      name: 'OldRunsHeld',
      severity: 'ticket',
      summary: `${COUNT} old partitions of runs cannot be dropped: {{ $labels.reason }}`,
      description:
        'Runs are past their retention, but AIO cannot drop their tables: a long statement still ' +
        'reads them, or the archive command fails. The database grows until that ends.',
      query: where(
        max(select('partitionsHeld', { reason: ['in_use', 'not_archived'] }), ['reason']),
        '>',
        0,
      ),
      for: time.hold('1h'),
      panel: { dashboardUid: 'aio-runtime', title: 'Partitions held' },
    },
  ];
}
