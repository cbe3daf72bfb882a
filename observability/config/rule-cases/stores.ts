import type { Series } from '@aio/slo/query';
import { casesOf, fires, quiet, type RuleCase } from '@aio/slo/rule-case';

/** Series of an exporter, with the labels of its target. */
const series = (promql: string): Series => ({ promql, labels: [], isSeries: true });
const disk = (what: 'avail' | 'size', mountpoint = '/data', fstype = 'ext4') =>
  series(
    `node_filesystem_${what}_bytes{job="host",instance="h",mountpoint="${mountpoint}",fstype="${fstype}",device="sda"}`,
  );
const connections = (state: string) =>
  series(`pg_stat_activity_count{job="postgres",instance="p",datname="aio",state="${state}"}`);
const redis = (what: string) => series(`redis_${what}{job="redis",instance="r"}`);
const up = (job: 'postgres' | 'redis') =>
  series(`${job === 'postgres' ? 'pg' : 'redis'}_up{job="${job}",instance="e"}`);

/** 1 GB an hour is 16,666,667 bytes a minute. */
export const STORE_CASES: readonly RuleCase[] = [
  ...casesOf('DiskFills', [
    fires(
      'a disk with 12 GB free loses 1 GB an hour',
      '180m',
      [
        [disk('avail'), '15000000000-16666667x200'],
        [disk('size'), '100000000000x200'],
      ],
      { labels: { mountpoint: '/data' }, summary: 'The disk at /data will be full in 11h 59m 59s' },
    ),
    quiet('a disk with 100 GB free loses 1 GB an hour', '180m', [
      [disk('avail'), '100000000000-16666667x200'],
    ]),
    quiet('a file system in memory fills', '180m', [
      [disk('avail', '/tmp', 'tmpfs'), '15000000000-16666667x200'],
    ]),
  ]),
  ...casesOf('DiskAlmostFull', [
    fires(
      '4 of 100 GB are free',
      '10m',
      [
        [disk('avail'), '4000000000x20'],
        [disk('size'), '100000000000x20'],
      ],
      { labels: { mountpoint: '/data' }, summary: 'Only 4% of the disk at /data is free' },
    ),
    quiet('6 of 100 GB are free', '10m', [
      [disk('avail'), '6000000000x20'],
      [disk('size'), '100000000000x20'],
    ]),
  ]),
  ...casesOf('PostgresConnections', [
    fires(
      '90 of 100 connections are open',
      '10m',
      [
        [connections('active'), '30x20'],
        [connections('idle'), '60x20'],
        [series('pg_settings_max_connections{job="postgres",instance="p"}'), '100x20'],
      ],
      { summary: '90% of the connections that PostgreSQL allows are open' },
    ),
    quiet('60 of 100 connections are open', '10m', [
      [connections('idle'), '60x20'],
      [series('pg_settings_max_connections{job="postgres",instance="p"}'), '100x20'],
    ]),
  ]),
  ...casesOf('RedisMemory', [
    fires(
      '95 of 100 MB are used',
      '10m',
      [
        [redis('memory_used_bytes'), '95000000x20'],
        [redis('memory_max_bytes'), '100000000x20'],
      ],
      { labels: { job: 'redis', instance: 'r' }, summary: 'Redis at r uses 95% of its maxmemory' },
    ),
    quiet('Redis has no maxmemory', '10m', [
      [redis('memory_used_bytes'), '95000000x20'],
      [redis('memory_max_bytes'), '0x20'],
    ]),
  ]),
  ...casesOf('RedisEvicts', [
    fires('Redis evicts a key a minute', '10m', [[redis('evicted_keys_total'), '0+1x20']], {
      labels: { job: 'redis', instance: 'r' },
      summary: 'Redis at r evicted 5 keys in 5 minutes',
    }),
    quiet('Redis evicted keys an hour ago', '70m', [[redis('evicted_keys_total'), '0x4 9x90']]),
  ]),
  ...casesOf('ExporterBlind', [
    fires(
      'the exporter has the wrong password for PostgreSQL',
      '10m',
      [
        [up('postgres'), '1x4 0x20'],
        [up('redis'), '1x30'],
      ],
      {
        labels: { job: 'postgres', instance: 'e' },
        summary: 'The postgres exporter cannot reach its server (up is 0)',
      },
    ),
    quiet('both exporters reach their servers', '10m', [
      [up('postgres'), '1x30'],
      [up('redis'), '1x4 0 1x30'],
    ]),
  ]),
];
