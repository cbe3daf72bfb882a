import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PROXY_SERIES } from '@aio/catalog/metrics/foreign-series';
import type { Browser } from '@aio/identity/testing/browser';
import { startTcpPath, type TcpPath } from '@aio/platform/testing/tcp-path';
import { type ApiClient, createApiClient, type RunEvent } from '@aio/tools/system/client';
import { BUILDER, logIn } from '../bed/people.ts';
import { readMetric, sumMetric } from '@aio/tools/system/read-metric';
import type { SystemApi } from '@aio/tools/system/system';
import { waitUntil } from '@aio/tools/system/wait-until';
import { untilUnused, untilUsed } from '../bed/proxied.ts';
import { lacksProxy } from '../testing/lacks-proxy.ts';
import { startTestSystem } from '@aio/tools/testing/test-system';

const QUOTA = 300;
const LIST = '/api/v1/runs?limit=1';
const REQUESTS = 20;
const SOON_MS = 60_000;

test('two APIs behind the proxy act as one', { skip: await lacksProxy() }, async (t) => {
  const paths = new Map<string, TcpPath>();
  let databaseUrl = '';
  const system = await startTestSystem(t, {
    workers: 1,
    apis: 2,
    async env(url) {
      databaseUrl = url;
      for (const name of ['api', 'api-2']) paths.set(name, await startTcpPath(url));
      return { RATE_LIMITS: `user=${QUOTA}/1h` };
    },
    processEnv: (name) => {
      const path = paths.get(name);
      return path === undefined ? {} : { DATABASE_URL: path.through(databaseUrl) };
    },
  });
  t.after(() => Promise.all([...paths.values()].map((path) => path.close())));
  const { api, apis, apiUrl, proxy } = system;
  const [first, second] = apis as [SystemApi, SystemApi];
  await api.createWorkflow({
    name: 'asking',
    steps: { ask: { type: 'approval', with: { message: 'Go on?' } }, last: transform('ask') },
  });
  const cookieOf = (browser: Browser) =>
    [...browser.cookiesFor(apiUrl)].map((pair) => pair.join('=')).join('; ');
  const meAt = async ({ url }: SystemApi, cookie: string) =>
    (await fetch(`${url}/auth/me`, { headers: { cookie } })).status;
  const ask = (path: string) => system.fetch(`${apiUrl}${path}`);
  const askMany = (path: string) =>
    Promise.all(Array.from({ length: REQUESTS }, async () => (await ask(path)).status));
  const all = (status: number) => Array.from({ length: REQUESTS }, () => status);
  const countedByApis = () =>
    sumMetric(apis, 'aio_http_request_duration_seconds_count', 'route="/api/v1/runs",status="503"');

  await t.test('the proxy serves the series of its board', async () => {
    const figures = await (await fetch(system.proxy?.metricsUrl ?? '')).text();
    for (const [name, labels] of Object.entries(PROXY_SERIES)) {
      const series = labels.map((label) => `${label}="[^"]+"`).join(',');
      assert.match(figures, new RegExp(`^${name}\\{${series}\\} `, 'm'));
    }
  });

  await t.test('an API that alone lacks the database gets no request', async () => {
    await paths.get('api')!.set('cut');
    await untilUnused(system, first);
    assert.deepEqual(await askMany(LIST), all(200));
    assert.deepEqual(await askMany('/ready'), all(200));
    assert.equal(await countedByApis(), 0);
  });

  await t.test('if all are cut off, they answer, and count, what clients see', async () => {
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

  await t.test('they return with the database', async () => {
    for (const path of paths.values()) await path.set('open');
    for (const api of apis) await untilUsed(system, api);
    assert.deepEqual(await askMany(LIST), all(200));
  });

  await t.test('both APIs know a login and a logout', async () => {
    const browser = await logIn(system, BUILDER);
    const cookie = cookieOf(browser);
    assert.deepEqual([await meAt(first, cookie), await meAt(second, cookie)], [200, 200]);
    const headers = { 'aio-csrf': '1', origin: apiUrl };
    const { status } = await browser.request(`${apiUrl}/auth/logout`, { method: 'POST', headers });
    assert.equal(status, 200);
    assert.deepEqual([await meAt(first, cookie), await meAt(second, cookie)], [401, 401]);
  });

  await t.test('both APIs share a quota', async () => {
    const browser = await logIn(system, BUILDER);
    let allowed = 0;
    while ((await browser.request(`${apiUrl}/auth/me`)).status === 200) allowed += 1;
    // The APIs exchange their counts every 100 ms, so some more requests pass. Without it, twice the quota would pass.
    assert.ok(allowed < QUOTA * 1.5, `${allowed} requests`);
    for (const one of apis)
      await waitUntil(`${one.name} refuses`, SOON_MS, async () => {
        return (await meAt(one, cookieOf(browser))) === 429;
      });
  });

  await t.test('an event stream survives a kill of its API', async () => {
    const { id } = await api.submitRun('asking');
    const seen: RunEvent[] = [];
    const followed = follow(api, id, seen);
    const holder = await waitUntil('an API has the stream', SOON_MS, async () => {
      const having = await Promise.all(apis.map(hasStream));
      return apis[having.indexOf(true)];
    });
    await waitUntil('the run asks', SOON_MS, () => seen.some(({ step }) => step === 'ask'));
    const other = holder === first ? second : first;
    await holder.signal('SIGKILL');
    await waitUntil('the other API has the stream', SOON_MS, () => hasStream(other));
    const asked = createApiClient(other.url, system);
    for (const approval of await asked.listPendingApprovals())
      await asked.decide(approval.id, 'approved');
    await followed;
    assert.deepEqual(
      seen.map(({ seq }) => seq),
      seen.map((_, index) => index + 1),
    );
    assert.equal(seen.at(-1)?.type, 'run.succeeded');
    await holder.restart();
    await untilUsed(system, holder);
  });

  await t.test('without any API, the proxy answers 503 until one is back', async () => {
    await Promise.all(apis.map((one) => one.signal('SIGKILL')));
    // Until then it may close connections whose API died, so that clients send the request again.
    for (const one of apis) await untilUnused(system, one);
    const answer = await fetch(`${apiUrl}/health`);
    assert.equal(answer.status, 503);
    assert.equal(answer.headers.get('content-type'), 'application/problem+json');
    assert.equal(answer.headers.get('retry-after'), '1');
    assert.equal(((await answer.json()) as { code: string }).code, 'unavailable');
    await first.restart();
    await waitUntil('the proxy has found the API', SOON_MS, async () => {
      return (await fetch(`${apiUrl}/health`)).status === 200;
    });
  });
});

function transform(...needs: string[]) {
  return { type: 'transform', needs, with: { value: 1 } } as const;
}

async function follow(api: ApiClient, runId: string, seen: RunEvent[]): Promise<void> {
  for await (const event of api.followRun(runId)) seen.push(event);
}

async function hasStream({ metricsUrl }: SystemApi): Promise<boolean> {
  return (await readMetric(metricsUrl, 'aio_http_event_streams')) === 1;
}
