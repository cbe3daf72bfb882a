import { type Alert, COUNT, TIME } from '../alert.ts';
import { age, max, min, or, timeLeft, where } from '../promql.ts';
import { select } from '../select.ts';
import { type TimeScale, inSeconds } from '../time-scale.ts';

/**
 * A dump is made once a day and takes its time. A server that archives sends a segment each minute or so, as long as
 * there are workers to write.
 */
export const MAX_BACKUP_AGE = { dump: '26h', archive: '1h' } as const;
/** In seconds. Renewals begin a month before the end and have failed by now; no drill makes it shorter. */
export const CERTIFICATE_NOTICE = inSeconds('14d');
/** In seconds. Workers keep a day ahead at the least. */
export const PARTITIONS_NOTICE = inSeconds('12h');

/** What somebody has to do now and then, and nobody misses until it is too late. */
export function upkeepAlerts(time: TimeScale): readonly Alert[] {
  const tooOld = (way: keyof typeof MAX_BACKUP_AGE) =>
    where(age(max(select('backupAt', { way }), ['way'])), '>', time.seconds(MAX_BACKUP_AGE[way]));
  return [
    {
      name: 'BackupTooOld',
      severity: 'ticket',
      summary: `The last backup by {{ $labels.way }} is ${TIME} old`,
      description:
        'The job that dumps the database has not succeeded for more than a day, or the server has not ' +
        'archived its log for an hour. If the database is lost now, so is everything since.',
      query: or(tooOld('dump'), tooOld('archive')),
      for: time.hold('5m'),
      panel: { dashboardUid: 'aio-runtime', title: 'Age of the backup' },
    },
    {
      name: 'CertificateExpires',
      severity: 'ticket',
      summary: `The certificate of {{ $labels.endpoint }} expires in ${TIME}`,
      description:
        'In less than two weeks browsers and programs will refuse to talk to it: to AIO itself (public), or to the ' +
        'login service, without which nobody logs in and no new token is accepted.',
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
      severity: 'page',
      summary: `Partitions of runs reach only ${TIME} from now`,
      description:
        'Workers add partitions at least a day ahead, and for hours none could. At the end of the last one every ' +
        'submission fails.',
      query: where(min(select('partitionHorizon')), '<', PARTITIONS_NOTICE),
      for: time.hold('5m'),
      panel: { dashboardUid: 'aio-runtime', title: 'Partitions reach' },
    },
    {
      name: 'OldRunsHeld',
      severity: 'ticket',
      summary: `${COUNT} old partitions of runs are held: {{ $labels.reason }}`,
      description:
        'Runs are older than they are kept, and a long statement still reads them, or the archive command fails. ' +
        'The database grows until that ends.',
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
