import assert from 'node:assert/strict';
import { test } from 'node:test';
import { METRICS } from '@aio/catalog/metrics/all-metrics';
import { EXPORTER_SERIES } from '@aio/catalog/metrics/exporter-series';
import { whyEmpty } from './why-empty.ts';

const gaugeOf = (process: 'worker' | 'both') =>
  Object.values(METRICS).find(({ exposedBy, type }) => exposedBy === process && type === 'gauge')!;
const OF_WORKERS = `max(max_over_time(${gaugeOf('worker').name}{job=~"(worker)"}[1m]))`;
const CONNECTIONS = 'sum(pg_stat_activity_count) / max(pg_settings_max_connections)';

/** The answer to `up`. */
const upOf = (targets: readonly (readonly [job: string, value: 0 | 1])[]) =>
  targets.map(([job, value]) => ({ labels: { job }, samples: [{ at: 0, value }] }));

test('without a target, the job that exposes the series is missing', () => {
  const up = upOf([
    ['api', 1],
    ['worker', 1],
  ]);
  assert.deepEqual(whyEmpty([CONNECTIONS], up), { reason: 'missing', job: 'postgres' });
  assert.deepEqual(whyEmpty([OF_WORKERS, 'redis_up'], up), { reason: 'missing', job: 'redis' });
  assert.deepEqual(whyEmpty([OF_WORKERS], []), { reason: 'missing', job: 'worker' });
});

test('every series of an exporter has a job', () => {
  for (const name of Object.keys(EXPORTER_SERIES)) {
    const why = whyEmpty([name], []);
    assert.ok(why.reason === 'missing' && why.job, name);
  }
});

test('if all targets of a job are down, the job is down', () => {
  const down = upOf([
    ['worker', 0],
    ['worker', 0],
  ]);
  assert.deepEqual(whyEmpty([OF_WORKERS], down), { reason: 'down', job: 'worker' });
  assert.deepEqual(whyEmpty([OF_WORKERS], [...down, ...upOf([['worker', 1]])]), {
    reason: 'nothing_yet',
  });
});

test('a metric of APIs and workers needs one of them', () => {
  const { name } = gaugeOf('both');
  assert.deepEqual(whyEmpty([name], upOf([['worker', 1]])), { reason: 'nothing_yet' });
  assert.deepEqual(whyEmpty([name], upOf([['worker', 0]])), { reason: 'down', job: 'worker' });
  assert.deepEqual(whyEmpty([name], []), { reason: 'missing', job: 'api' });
});

test('recorded series and those of load tests have no job', () => {
  for (const promql of ['slo:bad_events:rate1m{slo="apiAvailability"}', 'k6_vus', 'ALERTS'])
    assert.deepEqual(whyEmpty([promql], []), { reason: 'nothing_yet' });
});
