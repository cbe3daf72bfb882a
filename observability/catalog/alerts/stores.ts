import { type Alert, COUNT, SHARE, TIME } from '../alert.ts';
import { DISKS } from '../disks.ts';
import { ago, and, deriv, divide, max, min, or, times, where } from '../promql.ts';
import { selectForeign } from '../select.ts';
import { type TimeScale, inSeconds } from '../time-scale.ts';

/** A trend of six hours says something of a day, and of a week when it is about growth. */
const SEEN = '6h';
/** In bytes. A database that is smaller may double as it likes. */
const LARGE = 2 ** 30;

/** Disks and databases, by the exporters: where there are none, none of these fires. */
export function storeAlerts(time: TimeScale): readonly Alert[] {
  const range = time.range(SEEN);
  const free = selectForeign('node_filesystem_avail_bytes', DISKS);
  const lost = times(where(and(deriv(free, range), ago(free, time.range('1h'))), '<', 0), -1);
  const size = max(selectForeign('pg_database_size_bytes'), ['datname']);
  const growth = max(deriv(selectForeign('pg_database_size_bytes'), range), ['datname']);
  return [
    {
      name: 'DiskFills',
      severity: 'ticket',
      summary: `The disk at {{ $labels.mountpoint }} is full in ${TIME}`,
      description:
        'If it goes on as in the last six hours, the disk is full within a day. PostgreSQL then refuses to write: no ' +
        'run is accepted and none goes on.',
      query: where(min(divide(free, lost), ['mountpoint']), '<', inSeconds('1d')),
      for: time.hold('30m'),
      panel: { dashboardUid: 'aio-host', title: 'Disk full in' },
    },
    {
      name: 'DiskAlmostFull',
      severity: 'page',
      summary: `${SHARE} of the disk at {{ $labels.mountpoint }} is left`,
      description:
        'Less than a twentieth of a disk is left. Where it is that of PostgreSQL, the next large report or a ' +
        'failing archive fills it within minutes, and nothing can be written any more.',
      query: where(
        min(divide(free, selectForeign('node_filesystem_size_bytes', DISKS)), ['mountpoint']),
        '<',
        0.05,
      ),
      for: time.hold('5m'),
      panel: { dashboardUid: 'aio-host', title: 'Disk free' },
    },
    {
      name: 'DatabaseGrows',
      severity: 'ticket',
      summary: `The database {{ $labels.datname }} doubles in ${TIME}`,
      description:
        'At the pace of the last six hours it is twice as large within a week: runs are kept longer than they come, ' +
        'dead rows are not removed, or somebody stores what does not belong there.',
      query: and(
        where(divide(size, where(growth, '>', 0)), '<', inSeconds('7d')),
        where(size, '>', LARGE),
      ),
      for: time.hold('1h'),
      panel: { dashboardUid: 'aio-postgres', title: 'Size of the databases' },
    },
    {
      name: 'ExporterBlind',
      severity: 'ticket',
      summary: `The exporter of {{ $labels.job }} does not reach its server (up is ${COUNT})`,
      description:
        'The exporter answers Prometheus, and its server does not answer the exporter: a password, the network, or ' +
        'the server itself. Boards and alerts that live on it see nothing meanwhile.',
      query: or(where(selectForeign('pg_up'), '==', 0), where(selectForeign('redis_up'), '==', 0)),
      for: time.hold('2m'),
      panel: { dashboardUid: 'aio-postgres', title: 'PostgreSQL up' },
    },
  ];
}
