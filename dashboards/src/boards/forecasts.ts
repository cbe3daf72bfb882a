import {
  type Query,
  type Range,
  type Series,
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
} from '@aio/catalog/promql';
import { select, selectForeign } from '@aio/catalog/select';
import { below } from '../limits.ts';
import { toBoard } from '../links.ts';
import { type Panel, draw, stat } from '../panel.ts';
import { TARGET } from '../variables.ts';
import { DISKS } from '@aio/catalog/disks';

/** So many ready steps and queued runs are a full queue; panels of the queue are vermilion from there on. */
export const FULL_QUEUE = 10_000;

/** A trend is what the last while was like, and says something of ten times as long, no more. */
const SEEN: Range = '1h';
const HORIZON_SECONDS = 10 * 3600;
/** Disks fill more slowly. */
const SEEN_OF_DISKS: Range = '6h';
const DISK_HORIZON_SECONDS = 10 * 6 * 3600;

/**
 * Seconds until nothing is left. Absent where it does not get less, or so slowly that it lasts beyond the horizon:
 * noise around a level is no trend.
 */
function timeUntil<L extends string>(
  left: Query<L>,
  perSecond: Query<NoInfer<L>>,
  horizonSeconds = HORIZON_SECONDS,
): Query<L> {
  return where(divide(left, where(perSecond, '>', 0)), '<', horizonSeconds);
}

/** What the series gains a second. Absent for the first ten minutes: they are no trend of an hour. */
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
/** Of the pool that is full first. */
const pool = min(
  timeUntil(
    minus(max(select('databasePoolLimit', TARGET), BY_PROCESS), max(inUse, BY_PROCESS)),
    max(pace(inUse), BY_PROCESS),
  ),
);

/** Those of `pg_stat_activity` come and go with what sessions wait for: of them no line can be drawn. */
const sessions = selectForeign('pg_stat_database_numbackends');
export const CONNECTIONS_FULL = timeUntil(
  minus(max(selectForeign('pg_settings_max_connections')), sum(sessions)),
  sum(pace(sessions)),
);

const memory = selectForeign('redis_memory_used_bytes');
/** Without a limit (0) nothing is ever full. */
export const REDIS_FULL = timeUntil(
  minus(max(where(selectForeign('redis_memory_max_bytes'), '>', 0)), max(memory)),
  max(pace(memory)),
);

const free = selectForeign('node_filesystem_avail_bytes', DISKS);
/** Of each file system. */
export const DISK_FULL = timeUntil(
  min(free, ['mountpoint']),
  max(times(pace(free, SEEN_OF_DISKS), -1), ['mountpoint']),
  DISK_HORIZON_SECONDS,
);

const TREND = 'If the last hour goes on like this. "No trend": it does not fill within ten hours.';
const BY_EXPORTER = 'Without its exporter nothing is seen.';
const NONE = 'no trend';
/** The exporter may be away as well, and a tile cannot tell. */
const NONE_SEEN = 'no trend seen';

/** How far the system is from saturation: a row for boards of the whole system. */
export const FORECASTS: readonly Panel[] = [
  stat({
    title: 'Queue full in',
    description: `Time until ${FULL_QUEUE.toLocaleString('en')} steps and runs wait. ${TREND}`,
    unit: 'seconds',
    queries: [draw(queue, 'queue')],
    limits: below(3600, 900),
    absent: NONE,
    links: [toBoard('queueAndWorkers')],
  }),
  stat({
    title: 'Slots full in',
    description: `Time until no worker has a free slot. ${TREND}`,
    unit: 'seconds',
    queries: [draw(slotsFull, 'slots')],
    limits: below(3600, 900),
    absent: NONE,
    links: [toBoard('queueAndWorkers')],
  }),
  stat({
    title: 'Connection pool full in',
    description: `Time until the first process uses every connection of its pool. ${TREND}`,
    unit: 'seconds',
    queries: [draw(pool, 'pool')],
    limits: below(3600, 900),
    absent: NONE,
    links: [toBoard('runtime')],
  }),
  stat({
    title: 'PostgreSQL connections full in',
    description: `Time until PostgreSQL refuses connections. ${TREND} ${BY_EXPORTER}`,
    unit: 'seconds',
    queries: [draw(CONNECTIONS_FULL, 'connections')],
    limits: below(3600, 900),
    absent: NONE_SEEN,
    links: [toBoard('postgres')],
  }),
  stat({
    title: 'Redis memory full in',
    description: `Time until Redis has as much as its limit allows. ${TREND} ${BY_EXPORTER}`,
    unit: 'seconds',
    queries: [draw(REDIS_FULL, 'memory')],
    limits: below(3600, 900),
    absent: NONE_SEEN,
    links: [toBoard('redis')],
  }),
  stat({
    title: 'Disk full in',
    description:
      'Time until the first file system is full, if the last six hours go on like this. ' +
      `"No trend": none fills within 60 hours. ${BY_EXPORTER}`,
    unit: 'seconds',
    queries: [draw(min(DISK_FULL), 'disk')],
    limits: below(2 * 86_400, 6 * 3600),
    absent: NONE_SEEN,
    links: [toBoard('host')],
  }),
];
