import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PrometheusApi, PrometheusAway, QueryError, type Series } from '@aio/query/prometheus';
import { startHttpServer } from '@aio/tools/testing/http-server';
import { createMonitoring, shareQueries } from './create-monitoring.ts';

const CACHE = { read: <Value>(_: unknown, make: () => Promise<Value>) => make() };
const NONE = { prometheusUrl: '', alertmanagerUrl: '', grafanaUiUrl: '' };

test('failures of Prometheus have error codes; an invalid query is an internal error', async () => {
  const monitoring = createMonitoring({ ...NONE, prometheusUrl: 'http://127.0.0.1:9' }, CACHE);
  const failing = (error: Error) =>
    monitoring.ask(async () => {
      throw error;
    });
  for (const kind of ['execution', 'canceled'])
    await assert.rejects(failing(new QueryError('too many samples', kind)), {
      code: 'query_failed',
      message: 'Prometheus: too many samples.',
    });
  await assert.rejects(failing(new PrometheusAway('nobody at http://internal:9090')), {
    code: 'prometheus_away',
    message: 'Prometheus does not answer.',
  });
  await assert.rejects(failing(new QueryError('parse error', 'bad_data')), { name: 'QueryError' });
});

test('a query that takes too long has its own code', async (t) => {
  const silent = await startHttpServer(() => {});
  t.after(silent.close);
  const monitoring = createMonitoring({ ...NONE, prometheusUrl: silent.url }, CACHE, 1);
  await assert.rejects(monitoring.scrapeSeconds(), { code: 'prometheus_slow' });
  const timeout = async () => {
    throw new QueryError('query timed out', 'timeout');
  };
  await assert.rejects(monitoring.ask(timeout), { code: 'prometheus_slow' });
});

test('asks nothing if nothing is configured', async () => {
  const monitoring = createMonitoring(NONE, CACHE);
  assert.equal(monitoring.isConfigured, false);
  assert.equal(monitoring.alertmanager, null);
  await assert.rejects(monitoring.scrapeSeconds(), { code: 'prometheus_not_configured' });
});

const RANGE = { from: 0, to: 60, stepSeconds: 15 };

/** A cache that keeps all values as JSON. */
function createShelf() {
  const kept = new Map<string, string>();
  return {
    async read<Value>({ key }: { key: string }, make: () => Promise<Value>): Promise<Value> {
      const text = kept.get(key) ?? JSON.stringify(await make());
      kept.set(key, text);
      return JSON.parse(text) as Value;
    },
  };
}

test('equal queries share one answer, with every kind of value', async () => {
  const series: Series[] = [
    {
      labels: { job: 'api' },
      samples: [1.5, Infinity, -Infinity, Number.NaN].map((value, at) => ({ at, value })),
    },
  ];
  const asked: string[] = [];
  const prometheus = {
    async queryRange(promql: string) {
      asked.push(promql);
      return series;
    },
  } as unknown as PrometheusApi;
  const shelf = createShelf();
  const [one, other] = [shareQueries(prometheus, shelf), shareQueries(prometheus, shelf)];
  assert.deepEqual(await one.queryRange('up', RANGE), series);
  assert.deepEqual(await other.queryRange('up', RANGE), series);
  assert.deepEqual(asked, ['up']);
  await other.queryRange('up', { ...RANGE, to: 75 });
  await other.queryRange('down', RANGE);
  assert.deepEqual(asked, ['up', 'up', 'down']);
});
