import type { BoardName } from '@aio/catalog/boards';
import {
  ago,
  always,
  and,
  deriv,
  divide,
  max,
  min,
  minus,
  sum,
  times,
  where,
} from '@aio/slo/promql';
import { type Query, type Range, type Series } from '@aio/slo/query';
import { select, selectForeign } from '@aio/catalog/metrics/select';
import { below } from '@aio/boards/limits';
import { toBoard } from './shared/links.ts';
import { type Panel, type PanelQuery, draw, stat } from '@aio/boards/panel';
import { TARGET } from './shared/variables.ts';
import { DISKS } from '@aio/catalog/metrics/disks';

/** Ready steps and queued runs in a full queue. Panels of the queue turn vermilion here. */
export const FULL_QUEUE = 10_000;

/** A trend of one hour predicts at most ten hours. */
const SEEN: Range = '1h';
const HORIZON_SECONDS = 10 * 3600;
/** Disks fill more slowly: six hours predict 60. */
const SEEN_OF_DISKS: Range = '6h';
const DISK_HORIZON_SECONDS = 10 * 6 * 3600;

/** Seconds until nothing is left. Absent if it does not shrink or lasts beyond the horizon: that is noise, not a trend. */
function timeUntil<L extends string>(
  left: Query<L>,
  perSecond: Query<NoInfer<L>>,
  horizonSeconds = HORIZON_SECONDS,
): Query<L> {
  return where(divide(left, where(perSecond, '>', 0)), '<', horizonSeconds);
}

/** Increase of the series per second. Absent for its first ten minutes, which are too short for a trend. */
function pace<L extends string>(series: Series<L>, seen = SEEN): Query<L> {
  return and(deriv(series, seen), ago(series, '10m'));
}

const QUEUE = ['queue', 'state'] as const;
const depth = select('queueDepth', TARGET);
const queue = timeUntil(
  minus(always(FULL_QUEUE), sum(max(depth, QUEUE))),
  sum(max(pace(depth), QUEUE)),
);

const slots = (state: 'used' | 'free') => select('workerSlots', { ...TARGET, state });
const slotsFull = timeUntil(sum(slots('free')), sum(pace(slots('used'))));

const BY_PROCESS = ['job', 'instance'] as const;
const inUse = select('databasePoolConnections', { ...TARGET, state: 'active' });
/** For the pool that fills first. */
const pool = min(
  timeUntil(
    minus(max(select('databasePoolLimit', TARGET), BY_PROCESS), max(inUse, BY_PROCESS)),
    max(pace(inUse), BY_PROCESS),
  ),
);

/** Not `pg_stat_activity`: its series come and go with what sessions wait for, so they have no trend. */
const sessions = selectForeign('pg_stat_database_numbackends');
export const CONNECTIONS_FULL = timeUntil(
  minus(max(selectForeign('pg_settings_max_connections')), sum(sessions)),
  sum(pace(sessions)),
);

const memory = selectForeign('redis_memory_used_bytes');
/** A limit of 0 means no limit. */
export const REDIS_FULL = timeUntil(
  minus(max(where(selectForeign('redis_memory_max_bytes'), '>', 0)), max(memory)),
  max(pace(memory)),
);

const free = selectForeign('node_filesystem_avail_bytes', DISKS);
/** Per file system. */
export const DISK_FULL = timeUntil(
  min(free, ['mountpoint']),
  max(times(pace(free, SEEN_OF_DISKS), -1), ['mountpoint']),
  DISK_HORIZON_SECONDS,
);

const TREND = 'At the pace of the last hour. "No trend": not within ten hours.';
const BY_EXPORTER = 'Needs the exporter.';
const NONE = 'no trend';
/** The exporter may also be missing, which the tile cannot distinguish. */
const NONE_SEEN = 'no trend seen';

/** Time until something is full, at the pace of the last hour. */
function fullIn(
  title: string,
  description: string,
  query: PanelQuery,
  board: BoardName,
  absent = NONE_SEEN,
): Panel {
  const limits = below(3600, 900);
  return stat({
    title,
    description,
    unit: 'seconds',
    queries: [query],
    limits,
    absent,
    links: [toBoard(board)],
  });
}

/** How far the system is from saturation: a row for boards of the whole system. */
export const FORECASTS: readonly Panel[] = [
  fullIn(
    'Queue full in',
    `Time until ${FULL_QUEUE.toLocaleString('en')} steps and runs wait. ${TREND}`,
    draw(queue, 'queue'),
    'queueAndWorkers',
    NONE,
  ),
  fullIn(
    'Slots full in',
    `Time until no worker has a free slot. ${TREND}`,
    draw(slotsFull, 'slots'),
    'queueAndWorkers',
    NONE,
  ),
  fullIn(
    'Connection pool full in',
    `Time until the first process uses every connection of its pool. ${TREND}`,
    draw(pool, 'pool'),
    'runtime',
    NONE,
  ),
  fullIn(
    'PostgreSQL connections full in',
    `Time until PostgreSQL refuses connections. ${TREND} ${BY_EXPORTER}`,
    draw(CONNECTIONS_FULL, 'connections'),
    'postgres',
  ),
  fullIn(
    'Redis memory full in',
    `Time until Redis reaches its memory limit. ${TREND} ${BY_EXPORTER}`,
    draw(REDIS_FULL, 'memory'),
    'redis',
  ),
  stat({
    title: 'Disk full in',
    description:
      'Time until the first file system is full, at the pace of the last six hours. "No ' +
      `trend": none fills within 60 hours. ${BY_EXPORTER}`,
    unit: 'seconds',
    queries: [draw(min(DISK_FULL), 'disk')],
    limits: below(2 * 86_400, 6 * 3600),
    absent: NONE_SEEN,
    links: [toBoard('host')],
  }),
];
