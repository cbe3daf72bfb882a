import { type Alert } from './alert.ts';
import { COUNT, SHARE, TIME } from '@aio/slo/alert';
import { DISKS } from '../metrics/disks.ts';
import { ago, and, deriv, divide, max, min, or, times, where } from '@aio/slo/promql';
import { selectForeign } from '../metrics/select.ts';
import { type TimeScale, inSeconds } from '@aio/slo/time-scale';

/** Range of the trend that predicts a day (disks) or a week (databases). */
const SEEN = '6h';
/** In bytes. A smaller database may double without an alert. */
const LARGE = 2 ** 30;

/** Disks and databases. These alerts need the exporters. */
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
      summary: `The disk at {{ $labels.mountpoint }} will be full in ${TIME}`,
      description:
        "At the pace of the last six hours, the disk is full within a day. If it is PostgreSQL's " +
        'disk, AIO then accepts no runs and continues none.',
      query: where(min(divide(free, lost), ['mountpoint']), '<', inSeconds('1d')),
      for: time.hold('30m'),
      panel: { dashboardUid: 'aio-host', title: 'Disk full in' },
    },
    {
      name: 'DiskAlmostFull',
      severity: 'page',
      summary: `Only ${SHARE} of the disk at {{ $labels.mountpoint }} is free`,
      description:
        "Less than 5 % of a disk is free. If it is PostgreSQL's disk, the next large report or a " +
        'failing archive fills it within minutes, and writes fail.',
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
        'At the pace of the last six hours, the database doubles within a week. Runs arrive ' +
        'faster than retention removes them, PostgreSQL does not remove dead rows, or another ' +
        'program stores data there.',
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
      summary: `The {{ $labels.job }} exporter cannot reach its server (up is ${COUNT})`,
      description:
        'The exporter answers Prometheus, but its server does not answer the exporter: a wrong ' +
        'password, the network, or the server itself. Its boards and alerts have no data.',
      query: or(where(selectForeign('pg_up'), '==', 0), where(selectForeign('redis_up'), '==', 0)),
      for: time.hold('2m'),
      panel: { dashboardUid: 'aio-postgres', title: 'PostgreSQL up' },
    },
  ];
}
