import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BOARDS } from '@aio/catalog/boards';
import { evaluates, withPromtool } from '@aio/catalog/testing/programs';
import { BOARD_FILES, panelsOf } from './generated-boards.ts';

const overview = BOARD_FILES.find(({ board }) => board.uid === BOARDS.overview.uid)?.board;
const tile = (title: string) =>
  panelsOf(overview ?? assert.fail('no overview')).find((panel) => panel.title === title) ??
  assert.fail(`no ${title}`);

const depth = (instance: string) =>
  `aio_queue_depth{job="api", instance="${instance}", queue="default", state="queued_runs"}`;
const slots = (state: string) => `aio_worker_slots{job="worker", instance="w", state="${state}"}`;
const POOL = 'job="api", instance="a"';
const GIB = 2 ** 30;
/** Noise around a level: no trend. */
const noise = Array.from({ length: 120 }, (_, minute) => 100 + ((minute * 7) % 5)).join(' ');

/** One sample per minute. `at` is 60m by default; `shows` is in seconds, absent = no trend. */
const STORIES: readonly {
  what: string;
  given: Readonly<Record<string, string>>;
  at?: string;
  tile: string;
  shows?: number;
}[] = [
  {
    what: 'a queue with 7,000 of 10,000 places free gains 50 a minute; two replicas report it',
    given: { [depth('a')]: '0+50x60', [depth('b')]: '0+50x60' },
    tile: 'Queue full in',
    shows: 8400,
  },
  { what: 'noise is no trend', given: { [depth('a')]: noise }, at: '100m', tile: 'Queue full in' },
  {
    what: 'a shrinking queue is never full',
    given: { [depth('a')]: '5000-50x60' },
    tile: 'Queue full in',
  },
  {
    what: 'a few minutes are too short for a trend',
    given: { [depth('a')]: '0+50x8' },
    at: '8m',
    tile: 'Queue full in',
  },
  {
    what: 'two slots are free, and one more is used every ten minutes',
    given: { [slots('used')]: '0+0.1x60', [slots('free')]: '8-0.1x60' },
    tile: 'Slots full in',
    shows: 1200,
  },
  {
    what: '6 of 10 connections of a pool are in use, one more every ten minutes',
    given: {
      [`aio_database_pool_connections{${POOL}, state="active"}`]: '0+0.1x60',
      [`aio_database_pool_limit{${POOL}}`]: '10x60',
    },
    tile: 'Connection pool full in',
    shows: 2400,
  },
  {
    what: 'connections to all databases approach the limit of PostgreSQL',
    given: {
      'pg_stat_database_numbackends{datname="aio"}': '0+0.5x60',
      'pg_stat_database_numbackends{datname="other"}': '10+0.5x60',
      'pg_settings_max_connections{server="p"}': '100x60',
    },
    tile: 'PostgreSQL connections full in',
    shows: 1800,
  },
  {
    what: 'Redis gains 1 MiB a minute of 160 MiB',
    given: {
      redis_memory_used_bytes: `${100 * 2 ** 20}+${2 ** 20}x60`,
      redis_memory_max_bytes: `${220 * 2 ** 20}x60`,
    },
    tile: 'Redis memory full in',
    shows: 3600,
  },
  {
    what: 'without a limit, Redis is never full',
    given: { redis_memory_used_bytes: '0+1000000x60', redis_memory_max_bytes: '0x60' },
    tile: 'Redis memory full in',
  },
  {
    what: 'the disk that fills first counts, but no file system in memory',
    given: {
      'node_filesystem_avail_bytes{mountpoint="/", fstype="ext4"}': `${100 * GIB}x360`,
      'node_filesystem_avail_bytes{mountpoint="/data", fstype="xfs"}': `${100 * GIB}-${GIB / 6}x360`,
      'node_filesystem_avail_bytes{mountpoint="/tmp", fstype="tmpfs"}': `${100 * GIB}-${GIB / 4}x360`,
    },
    at: '6h',
    tile: 'Disk full in',
    shows: 4 * 3600,
  },
];

test('a forecast says when something is full, and nothing without a trend', withPromtool, (t) => {
  const cases = STORIES.map(({ what, given, at = '60m', tile: title, shows }) => ({
    name: what,
    interval: '1m',
    given,
    expected: [
      {
        expr: `round(${tile(title).targets?.[0]?.expr.replaceAll(/\$\w+/g, '.*')})`,
        eval_time: at,
        exp_samples: shows === undefined ? [] : [{ labels: '{}', value: shows }],
      },
    ],
  }));
  evaluates(t, cases);
});
