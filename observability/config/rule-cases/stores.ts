import type { Series } from '@aio/slo/query';
import { casesOf, fires, quiet, type RuleCase } from '@aio/slo/rule-case';

/** Series of an exporter, with the labels of its target. */
const series = (promql: string): Series => ({ promql, labels: [], isSeries: true });
const disk = (what: 'avail' | 'size', mountpoint = '/data', fstype = 'ext4') =>
  series(
    `node_filesystem_${what}_bytes{job="host",instance="h",mountpoint="${mountpoint}",fstype="${fstype}",device="sda"}`,
  );
const database = series('pg_database_size_bytes{job="postgres",instance="p",datname="aio"}');
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
  ...casesOf('DatabaseGrows', [
    fires(
      'a database of 6 GB gains 0.1 GB an hour',
      '300m',
      [[database, '5500000000+1666667x300']],
      { labels: { datname: 'aio' }, summary: 'The database aio doubles in 2d 11h 59m 59s' },
    ),
    quiet('a small database grows as fast', '300m', [[database, '100000000+1666667x300']]),
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
