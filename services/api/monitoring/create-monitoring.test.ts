import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PrometheusAway, QueryError } from '@aio/query/prometheus';
import { startHttpServer } from '@aio/stack/testing/http-server';
import type { Principal } from '../auth/principal.ts';
import { createMonitoring } from './create-monitoring.ts';

const DEPS = {
  cache: { read: <Value>(_: unknown, make: () => Promise<Value>) => make() },
  readerOf: async () => null,
};
const ANYONE: Principal = {
  subject: 's',
  name: 'ada',
  roles: [],
  via: 'bearer',
  expiresAtMs: Infinity,
};
const NONE = { prometheusUrl: '', lokiUrl: '', alertmanagerUrl: '', grafanaUiUrl: '' };

test('failures of Prometheus have error codes; an invalid query is an internal error', async () => {
  const monitoring = createMonitoring({ ...NONE, prometheusUrl: 'http://127.0.0.1:9' }, DEPS);
  const failing = (error: Error) =>
    monitoring.ask(ANYONE, async () => {
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
  const monitoring = createMonitoring({ ...NONE, prometheusUrl: silent.url }, DEPS, 1);
  await assert.rejects(monitoring.scrapeSeconds(), { code: 'prometheus_slow' });
  const timeout = async () => {
    throw new QueryError('query timed out', 'timeout');
  };
  await assert.rejects(monitoring.ask(ANYONE, timeout), { code: 'prometheus_slow' });
});

test('asks nothing if nothing is configured', async () => {
  const monitoring = createMonitoring(NONE, DEPS);
  assert.equal(monitoring.isConfigured, false);
  assert.equal(monitoring.alertmanager, null);
  await assert.rejects(monitoring.scrapeSeconds(), { code: 'prometheus_not_configured' });
});
