import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { METRICS } from '@aio/catalog/metrics/all-metrics';
import type { Metrics } from '@aio/catalog/metrics/instruments';
import type { MetricDefinition } from '@aio/catalog/metrics/metric';
import { allSeriesNames } from '@aio/catalog/metrics/series';
import { toPrometheusText } from '@aio/metrics/exposition';
import { createMetrics } from '../metrics.ts';
import { labelSetsOf } from '@aio/metrics/label-guard';
import { createSeries } from '../testing/series.ts';

const OPEN_METRICS = 'application/openmetrics-text;version=1.0.0,text/plain;q=0.5';
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const RUN_ID = '01900000-0000-7000-8000-000000000001';

describe('catalogue and scrape agree', () => {
  for (const process of ['api', 'worker'] as const) {
    test(`${process}: every metric exists, and every series has an entry`, async () => {
      const { scrape } = createMetrics({ process, enabled: true, defaults: true, version: '1' });
      const { body } = await scrape();
      const described = new Set(Array.from(body.matchAll(/^# TYPE (\S+)/gm), (match) => match[1]));
      for (const metric of Object.values(METRICS)) {
        const expected = metric.exposedBy === 'both' || metric.exposedBy === process;
        assert.equal(described.has(metric.name), expected, metric.name);
      }
      const known = allSeriesNames();
      for (const line of body.split('\n').filter((text) => text !== '' && !text.startsWith('#'))) {
        assert.ok(known.has(line.split(/[{ ]/)[0] ?? ''), line);
      }
    });
  }
});

describe('values', () => {
  for (const process of ['api', 'worker'] as const)
    test(`${process}: all series of bounded labels, which objectives count, start at zero`, async () => {
      const { body } = await createSeries(process).scrape();
      for (const metric of Object.values<MetricDefinition>(METRICS)) {
        if (metric.type === 'gauge' || ![process, 'both'].includes(metric.exposedBy)) continue;
        const name = metric.type === 'histogram' ? `${metric.name}_count` : metric.name;
        const lines = body.split('\n').filter((line) => new RegExp(`^${name}[{ ]`).test(line));
        assert.equal(lines.length, labelSetsOf(metric).length, name);
        for (const line of lines) assert.ok(line.endsWith(' 0'), line);
      }
    });

  test('metrics of a part that is not there are absent, and recording them does nothing', async () => {
    const parts = { 'read replica': false, collector: true };
    const { metrics, scrape } = createSeries('api', { parts });
    metrics.databaseReads.inc({ by: 'replica' });
    const { body } = await scrape();
    assert.doesNotMatch(body, /aio_database_read|replica_staleness/);
    assert.match(body, /^aio_telemetry_spans_exported_total 0$/m);
  });

  test('counters add up', async () => {
    const { metrics, series } = createSeries('worker');
    const name = METRICS.reconcilerFinds.name;
    metrics.reconcilerFinds.inc({ find: 'queued' });
    metrics.reconcilerFinds.inc({ find: 'queued' }, 2);
    metrics.leaseTakeovers.inc();
    const lines = await series(name);
    assert.equal(lines.length, METRICS.reconcilerFinds.labels.find.length);
    assert.ok(lines.includes(`${name}{find="queued"} 3`));
    assert.deepEqual(await series(METRICS.leaseTakeovers.name), ['aio_lease_takeovers_total 1']);
  });

  test('a histogram with an open label starts at zero on request', async () => {
    const { metrics, series } = createSeries('worker');
    for (let nth = 0; nth < 120; nth += 1) metrics.runDuration.observe({ workflow: `w${nth}` }, 1);
    const counts = () => series(`${METRICS.runDuration.name}_count`);
    const before = await counts();
    metrics.runDuration.zero({ workflow: 'one too many' });
    assert.deepEqual(await counts(), before, 'what others share keeps its counts');
    metrics.workflowStepTime.zero({ workflow: 'w1', step: 'first' });
    const [zero] = await series(`${METRICS.workflowStepTime.name}_count`);
    assert.ok(zero?.endsWith('{workflow="w1",step="first"} 0'), zero);
  });

  test('histograms have the buckets of the catalogue', async () => {
    const { metrics, series } = createSeries('worker');
    metrics.stepExecution.observe({ kind: 'llm', outcome: 'succeeded' }, 2.2);
    const buckets = await series(`${METRICS.stepExecution.name}_bucket`);
    const ofSeries = buckets.filter((line) => line.includes('kind="llm",outcome="succeeded"'));
    assert.equal(ofSeries.length, METRICS.stepExecution.buckets.length + 1);
    assert.ok(
      ofSeries.some(
        (line) =>
          line.startsWith('aio_step_execution_seconds_bucket{le="2.02"') && line.endsWith(' 0'),
      ),
    );
    assert.ok(ofSeries.some((line) => line.includes('le="2.5"') && line.endsWith(' 1')));
  });

  test('the 101st workflow counts as other, in every metric', async () => {
    const { metrics, series } = createSeries('api');
    for (let i = 0; i < 150; i += 1) metrics.runsSubmitted.inc({ workflow: `w${i}` });
    metrics.runDuration.observe({ workflow: 'w120' }, 1);
    metrics.runDuration.observe({ workflow: 'w20' }, 1);
    const submitted = await series(METRICS.runsSubmitted.name);
    assert.equal(submitted.length, 101);
    assert.ok(submitted.includes('aio_runs_submitted_total{workflow="other"} 50'));
    const durations = await series(`${METRICS.runDuration.name}_count`);
    assert.deepEqual(durations.map((line) => /workflow="(\w+)"/.exec(line)?.[1]).sort(), [
      'other',
      'w20',
    ]);
  });
});

describe('a workflow that was idle for a day', () => {
  const HOUR = 3_600_000;
  const NAMES = Array.from({ length: 100 }, (_, i) => `w${i}`);
  /** Fills all places, then leaves only `w7` idle for `hours`. */
  function createFull(hours: number) {
    let time = 0;
    const { metrics, series } = createSeries('api', { now: () => time });
    for (const workflow of NAMES) {
      metrics.runsSubmitted.inc({ workflow });
      metrics.runDuration.observe({ workflow }, 1);
    }
    time = (hours - 1) * HOUR;
    for (const workflow of NAMES) if (workflow !== 'w7') metrics.runsSubmitted.inc({ workflow });
    time = hours * HOUR;
    const workflowsOf = async (name: string) =>
      new Set((await series(name)).map((line) => /workflow="(\w+)"/.exec(line)?.[1]));
    const wait = (more: number) => (time += more * HOUR);
    return { metrics, series, workflowsOf, wait };
  }
  const SUBMITTED = METRICS.runsSubmitted.name;
  const DURATION = METRICS.runDuration.name;

  test('loses its place to a new one, and its series vanish from every metric', async () => {
    const { metrics, series, workflowsOf } = createFull(24);
    metrics.runsSubmitted.inc({ workflow: 'fresh' });
    metrics.runDuration.observe({ workflow: 'fresh' }, 1);
    metrics.runsSubmitted.inc({ workflow: 'late' });
    const submitted = await series(SUBMITTED);
    assert.ok(submitted.includes(`${SUBMITTED}{workflow="fresh"} 1`));
    assert.ok(submitted.includes(`${SUBMITTED}{workflow="other"} 1`), 'one place was free');
    assert.equal(submitted.length, 101);
    for (const name of [SUBMITTED, `${DURATION}_bucket`, `${DURATION}_sum`, `${DURATION}_count`]) {
      const workflows = await workflowsOf(name);
      assert.ok(workflows.has('fresh') && workflows.has('w8'), name);
      assert.ok(!workflows.has('w7'), `${name} of w7`);
    }
  });

  test('returns like a new one, and counts from zero', async () => {
    const { metrics, series, wait } = createFull(24);
    metrics.runsSubmitted.inc({ workflow: 'fresh' });
    metrics.runsSubmitted.inc({ workflow: 'w7' });
    assert.ok((await series(SUBMITTED)).includes(`${SUBMITTED}{workflow="other"} 1`));
    wait(24);
    metrics.runsSubmitted.inc({ workflow: 'w7' });
    assert.ok((await series(SUBMITTED)).includes(`${SUBMITTED}{workflow="w7"} 1`));
  });

  test('keeps its place for a day, and until a new one needs it', async () => {
    const young = createFull(23.9);
    young.metrics.runsSubmitted.inc({ workflow: 'fresh' });
    const unwanted = createFull(500);
    unwanted.metrics.runsSubmitted.inc({ workflow: 'w8' });
    for (const { metrics, series } of [young, unwanted]) {
      metrics.runsSubmitted.inc({ workflow: 'w7' });
      const submitted = await series(SUBMITTED);
      assert.ok(submitted.includes(`${SUBMITTED}{workflow="w7"} 2`));
      assert.ok(!submitted.some((line) => line.includes('fresh')));
    }
  });

  test('named other, it leaves the counts of other workflows', async () => {
    const { metrics, series, wait } = createFull(1);
    metrics.runsSubmitted.inc({ workflow: 'other' });
    metrics.runsSubmitted.inc({ workflow: 'late' });
    wait(48);
    for (let i = 0; i < 100; i += 1) metrics.runsSubmitted.inc({ workflow: `n${i}` });
    const submitted = await series(SUBMITTED);
    assert.equal(submitted.length, 101);
    assert.ok(submitted.includes(`${SUBMITTED}{workflow="other"} 2`));
  });
});

describe('formats', () => {
  test('exemplars have the trace, only in OpenMetrics', async () => {
    const { metrics, scrape } = createSeries('worker');
    metrics.stepQueueTime.observe({ kind: 'llm' }, 0.03, { trace_id: TRACE_ID, run_id: RUN_ID });
    metrics.stepQueueTime.observe({ kind: 'http' }, 0.03, { trace_id: TRACE_ID });
    metrics.stepQueueTime.observe({ kind: 'http' }, 999_999, { trace_id: TRACE_ID });
    const open = await scrape(OPEN_METRICS);
    assert.match(open.contentType, /^application\/openmetrics-text/);
    assert.match(
      open.body,
      new RegExp(`le="0.05",kind="http"} 1 # \\{trace_id="${TRACE_ID}"\\} 0.03 \\d+`),
    );
    assert.match(open.body, new RegExp(`le="\\+Inf",kind="http"} 2 # \\{trace_id="${TRACE_ID}"`));
    const ids = `trace_id="${TRACE_ID}",run_id="${RUN_ID}"`;
    assert.match(open.body, new RegExp(`le="0.05",kind="llm"} 1 # \\{${ids}\\} 0.03 \\d+`));
    assert.ok(open.body.endsWith('# EOF\n'));
    assert.match(open.body, /^# TYPE aio_lease_takeovers counter$/m);

    const plain = await scrape('text/plain');
    assert.match(plain.contentType, /^text\/plain; version=0.0.4/);
    assert.doesNotMatch(plain.body, /trace_id|# EOF/);
    assert.match(plain.body, /^# TYPE aio_lease_takeovers_total counter$/m);
    assert.match(plain.body, /le="0.05",kind="http"} 1$/m);
  });

  test('conversion to Prometheus text removes exemplars and nothing else', () => {
    const kept = String.raw`a_total{b="c # {d=\"e\"} 1"} 3`;
    const open = `${kept}\nx_bucket{le="1"} 2 # {trace_id="ab",span_id="cd"} 0.1 17\n# EOF\n`;
    assert.equal(toPrometheusText(open), `${kept}\nx_bucket{le="1"} 2\n`);
  });
});

describe('gauges read at the scrape', () => {
  test('have only the values of the last read', async () => {
    const { collect, series } = createSeries('api');
    let queues = ['default', 'gpu'];
    collect(['queueDepth', 'queueOldestAge'], async () => ({
      queueDepth: queues.map((queue) => ({ labels: { queue, state: 'ready_steps' }, value: 7 })),
      queueOldestAge: queues.map((queue) => ({ labels: { queue }, value: 1.5 })),
    }));
    assert.equal((await series(METRICS.queueDepth.name)).length, 2);
    queues = ['gpu'];
    assert.deepEqual(await series(METRICS.queueDepth.name), [
      'aio_queue_depth{queue="gpu",state="ready_steps"} 7',
    ]);
    assert.deepEqual(await series(METRICS.queueOldestAge.name), [
      'aio_queue_oldest_age_seconds{queue="gpu"} 1.5',
    ]);
  });

  test('have no series while the read fails, and the scrape still answers', async () => {
    const { collect, series } = createSeries('api');
    let broken = false;
    collect(['databasePoolWaiting'], () => {
      if (broken) throw new Error('no database');
      return { databasePoolWaiting: [{ labels: {}, value: 3 }] };
    });
    assert.deepEqual(await series(METRICS.databasePoolWaiting.name), [
      'aio_database_pool_waiting 3',
    ]);
    broken = true;
    assert.deepEqual(await series(METRICS.databasePoolWaiting.name), []);
    assert.deepEqual(await series(METRICS.collectErrors.name), [
      'aio_telemetry_collect_errors_total 2',
    ]);
    broken = false;
    assert.equal((await series(METRICS.databasePoolWaiting.name)).length, 1);
  });

  test('a hanging read times out, and its late result is discarded', async () => {
    const { collect, series } = createSeries('api', { collectTimeoutMs: 20 });
    const slow = Promise.withResolvers<{ activeRuns: [] }>();
    let aborted = false;
    collect(['activeRuns'], (signal) => {
      signal.addEventListener('abort', () => (aborted = true));
      return slow.promise;
    });
    assert.deepEqual(await series(METRICS.activeRuns.name), []);
    assert.equal(aborted, true);
    slow.resolve({ activeRuns: [] });
  });

  test('concurrent scrapes share one read', async () => {
    const { collect, scrape } = createSeries('api');
    let readings = 0;
    collect(['activeRuns'], async () => {
      readings += 1;
      return { activeRuns: [{ labels: { state: 'running' }, value: 1 }] };
    });
    await Promise.all([scrape(), scrape(), scrape()]);
    assert.equal(readings, 1);
  });
});

test('disabled, instruments do nothing and the scrape is empty', async () => {
  const off = createMetrics({ process: 'api', enabled: false, defaults: true, version: '1' });
  off.metrics.runsSubmitted.inc({ workflow: 'w' });
  off.collect(['activeRuns'], () => assert.fail('read although switched off'));
  assert.equal((await off.scrape()).body.trim(), '');
});

/** Never called: the compiler is the test (`npm run check`). */
export function whatTheCatalogueDoesNotKnow(metrics: Metrics<'worker'>): void {
  // @ts-expect-error no such metric
  metrics.stepExecutions.observe({ kind: 'http' }, 1);
  // @ts-expect-error a metric of the API
  metrics.httpRequestDuration.observe({ method: 'GET', route: '/', status: '200' }, 1);
  // @ts-expect-error no such label
  metrics.stepExecution.observe({ kind: 'http', result: 'failed' }, 1);
  // @ts-expect-error no such value
  metrics.stepExecution.observe({ kind: 'htp' }, 1);
  // @ts-expect-error a label is missing
  metrics.stepExecution.observe({ kind: 'http' }, 1);
  // @ts-expect-error labels on a metric without any
  metrics.leaseTakeovers.inc({ workflow: 'w' });
  // @ts-expect-error a counter is not set
  metrics.leaseTakeovers.set({}, 1);
}
