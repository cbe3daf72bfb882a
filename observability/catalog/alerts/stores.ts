import { type Alert } from './alert.ts';
import { COUNT, SHARE, TIME } from '@aio/slo/alert';
import { DISKS } from '../metrics/disks.ts';
import {
  ago,
  and,
  deriv,
  divide,
  increase,
  max,
  min,
  or,
  sum,
  times,
  where,
} from '@aio/slo/promql';
import { selectForeign } from '../metrics/select.ts';
import { type TimeScale, inSeconds } from '@aio/slo/time-scale';

/** Range of the trend that predicts a day. */
const SEEN = '6h';

/**
 * What of disks, PostgreSQL and Redis concerns AIO in particular. These alerts need the exporters. For the rest, install
 * the exporters' own rules: see `observability/README.md`.
 */
export function storeAlerts(time: TimeScale): readonly Alert[] {
  const range = time.range(SEEN);
  const free = selectForeign('node_filesystem_avail_bytes', DISKS);
  const lost = times(where(and(deriv(free, range), ago(free, time.range('1h'))), '<', 0), -1);
  const ofMemory = divide(
    selectForeign('redis_memory_used_bytes'),
    where(selectForeign('redis_memory_max_bytes'), '>', 0),
  );
  const ofConnections = divide(
    sum(selectForeign('pg_stat_activity_count')),
    max(selectForeign('pg_settings_max_connections')),
  );
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
      whyNow: 'A full disk of PostgreSQL stops every run.',
      query: where(
        min(divide(free, selectForeign('node_filesystem_size_bytes', DISKS)), ['mountpoint']),
        '<',
        0.05,
      ),
      for: time.hold('5m'),
      panel: { dashboardUid: 'aio-host', title: 'Disk free' },
    },
    {
      name: 'PostgresConnections',
      severity: 'ticket',
      summary: `${SHARE} of the connections that PostgreSQL allows are open`,
      description:
        'When the last connection is taken, API and workers that start get none. The pools of all processes together are ' +
        'larger than max_connections, or another program holds connections.',
      query: where(ofConnections, '>', 0.8),
      for: time.hold('5m'),
      panel: { dashboardUid: 'aio-postgres', title: 'Connections against the limit' },
    },
    {
      name: 'RedisMemory',
      severity: 'ticket',
      summary: `Redis at {{ $labels.instance }} uses ${SHARE} of its maxmemory`,
      description:
        'At its limit, the Redis of the queues refuses writes: no job can be sent, and runs wait for the reconciler. A ' +
        'separate cache then evicts sessions, and users have to log in again.',
      query: where(ofMemory, '>', 0.9),
      for: time.hold('5m'),
      panel: { dashboardUid: 'aio-redis', title: 'Memory against the limit' },
    },
    {
      name: 'RedisEvicts',
      severity: 'ticket',
      summary: `Redis at {{ $labels.instance }} evicted ${COUNT} keys in 5 minutes`,
      description:
        'Redis removes keys that nobody deleted. In the Redis of the queues these are jobs: their work waits until the ' +
        'reconcilers send them again. In a cache they are sessions.',
      query: where(increase(selectForeign('redis_evicted_keys_total'), time.range('5m')), '>', 0),
      for: time.hold('1m'),
      panel: { dashboardUid: 'aio-redis', title: 'Evicted and expired' },
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
