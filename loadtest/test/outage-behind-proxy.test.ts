import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTcpPath, type TcpPath } from '@aio/platform/testing/tcp-path';
import { readMetric, sumMetric } from '../lib/read-metric.ts';
import type { SystemApi } from '../lib/system.ts';
import { untilUnused, untilUsed } from '../lib/proxied.ts';
import { lacksProxy } from '../testing/lacks-proxy.ts';
import { startTestSystem } from '../testing/test-system.ts';

const LIST = '/api/v1/runs?limit=1';
const REQUESTS = 20;

test('behind the proxy without the database', { skip: await lacksProxy() }, async (t) => {
  const paths = new Map<string, TcpPath>();
  let databaseUrl = '';
  const system = await startTestSystem(t, {
    workers: 1,
    apis: 2,
    async env(url) {
      databaseUrl = url;
      for (const name of ['api', 'api-2']) paths.set(name, await startTcpPath(url));
      return {};
    },
    processEnv: (name) => {
      const path = paths.get(name);
      return path === undefined ? {} : { DATABASE_URL: path.through(databaseUrl) };
    },
  });
  t.after(() => Promise.all([...paths.values()].map((path) => path.close())));
  const { apis, apiUrl, proxy } = system;
  const [first, second] = apis as [SystemApi, SystemApi];
  const ask = (path: string) => system.fetch(`${apiUrl}${path}`);
  const askMany = (path: string) =>
    Promise.all(Array.from({ length: REQUESTS }, async () => (await ask(path)).status));
  const all = (status: number) => Array.from({ length: REQUESTS }, () => status);
  const countedByApis = () =>
    sumMetric(apis, 'aio_http_request_duration_seconds_count', 'route="/api/v1/runs",status="503"');

  await t.test('an API that is cut off from it alone gets no request', async () => {
    await paths.get('api')!.set('cut');
    await untilUnused(system, first);
    assert.deepEqual(await askMany(LIST), all(200));
    assert.deepEqual(await askMany('/ready'), all(200));
    assert.equal(await countedByApis(), 0);
  });

  await t.test('if all are, they answer, and count, what clients see', async () => {
    await paths.get('api-2')!.set('cut');
    await untilUnused(system, second);
    assert.deepEqual(await askMany(LIST), all(503));
    assert.equal(await countedByApis(), REQUESTS);
    assert.deepEqual(await askMany('/health'), all(200));
    const ready = await ask('/ready');
    assert.equal(ready.status, 503);
    assert.deepEqual(await ready.json(), {
      status: 'unavailable',
      components: { database: 'unavailable', redis: 'ok' },
    });
    const made = (series: string, labels: string) =>
      readMetric(proxy!.metricsUrl, `haproxy_${series}_http_responses_total`, labels);
    assert.equal(await made('frontend', 'proxy="public",code="5xx"'), REQUESTS + 1);
    assert.equal(await made('server', 'code="5xx"'), REQUESTS + 1, 'the proxy made none itself');
  });

  await t.test('they return with it', async () => {
    for (const path of paths.values()) await path.set('open');
    for (const api of apis) await untilUsed(system, api);
    assert.deepEqual(await askMany(LIST), all(200));
  });
});
