import type { Series } from '@aio/catalog/promql';
import type { RuleCase } from './rule-case.ts';

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
  {
    name: 'a disk with 12 GB free loses 1 GB an hour',
    alert: 'DiskFills',
    given: [
      [disk('avail'), '15000000000-16666667x200'],
      [disk('size'), '100000000000x200'],
    ],
    at: '180m',
    fires: [
      { labels: { mountpoint: '/data' }, summary: 'The disk at /data will be full in 11h 59m 59s' },
    ],
  },
  {
    name: 'a disk with 100 GB free loses 1 GB an hour',
    alert: 'DiskFills',
    given: [[disk('avail'), '100000000000-16666667x200']],
    at: '180m',
    fires: [],
  },
  {
    name: 'a file system in memory fills',
    alert: 'DiskFills',
    given: [[disk('avail', '/tmp', 'tmpfs'), '15000000000-16666667x200']],
    at: '180m',
    fires: [],
  },
  {
    name: '4 of 100 GB are free',
    alert: 'DiskAlmostFull',
    given: [
      [disk('avail'), '4000000000x20'],
      [disk('size'), '100000000000x20'],
    ],
    at: '10m',
    fires: [{ labels: { mountpoint: '/data' }, summary: 'Only 4% of the disk at /data is free' }],
  },
  {
    name: '6 of 100 GB are free',
    alert: 'DiskAlmostFull',
    given: [
      [disk('avail'), '6000000000x20'],
      [disk('size'), '100000000000x20'],
    ],
    at: '10m',
    fires: [],
  },
  {
    name: 'a database of 6 GB gains 0.1 GB an hour',
    alert: 'DatabaseGrows',
    given: [[database, '5500000000+1666667x300']],
    at: '300m',
    fires: [{ labels: { datname: 'aio' }, summary: 'The database aio doubles in 2d 11h 59m 59s' }],
  },
  {
    name: 'a small database grows as fast',
    alert: 'DatabaseGrows',
    given: [[database, '100000000+1666667x300']],
    at: '300m',
    fires: [],
  },
  {
    name: 'the exporter has the wrong password for PostgreSQL',
    alert: 'ExporterBlind',
    given: [
      [up('postgres'), '1x4 0x20'],
      [up('redis'), '1x30'],
    ],
    at: '10m',
    fires: [
      {
        labels: { job: 'postgres', instance: 'e' },
        summary: 'The postgres exporter cannot reach its server (up is 0)',
      },
    ],
  },
  {
    name: 'both exporters reach their servers',
    alert: 'ExporterBlind',
    given: [
      [up('postgres'), '1x30'],
      [up('redis'), '1x4 0 1x30'],
    ],
    at: '10m',
    fires: [],
  },
];
