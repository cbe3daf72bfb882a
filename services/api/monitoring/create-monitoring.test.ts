import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PrometheusAway, QueryError } from '@aio/query/prometheus';
import { startHttpServer } from '@aio/tools/testing/http-server';
import { createMonitoring } from './create-monitoring.ts';

const NONE = { prometheusUrl: '', alertmanagerUrl: '', grafanaUiUrl: '' };

test('failures of Prometheus have error codes; an invalid query is an internal error', async () => {
  const monitoring = createMonitoring({ ...NONE, prometheusUrl: 'http://127.0.0.1:9' });
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
  const monitoring = createMonitoring({ ...NONE, prometheusUrl: silent.url }, 1);
  await assert.rejects(monitoring.scrapeSeconds(), { code: 'prometheus_slow' });
  const timeout = async () => {
    throw new QueryError('query timed out', 'timeout');
  };
  await assert.rejects(monitoring.ask(timeout), { code: 'prometheus_slow' });
});

test('asks nothing if nothing is configured', async () => {
  const monitoring = createMonitoring(NONE);
  assert.equal(monitoring.isConfigured, false);
  assert.equal(monitoring.alertmanager, null);
  await assert.rejects(monitoring.scrapeSeconds(), { code: 'prometheus_not_configured' });
});
