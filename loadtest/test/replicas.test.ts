import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { PROXY_SERIES } from '@aio/catalog/exporter-series';
import type { Browser } from '@aio/identity/testing/browser';
import { type ApiClient, ApiError, createApiClient, type RunEvent } from '../lib/client.ts';
import { startReaders } from '../lib/drill/readers.ts';
import { closeSubmitGate } from '../lib/drill/submit-gate.ts';
import { BUILDER, logIn } from '../lib/people.ts';
import { readMetric } from '../lib/read-metric.ts';
import type { SystemApi } from '../lib/system.ts';
import { waitUntil } from '../lib/wait-until.ts';
import { countOpenRequests, untilUnused, untilUsed } from '../lib/proxied.ts';
import { lacksProxy } from '../testing/lacks-proxy.ts';
import { startTestSystem } from '../testing/test-system.ts';

const QUOTA = 300;
const SUBMISSIONS = 8;
const SOON_MS = 15_000;

test('two APIs behind the proxy act as one', { skip: await lacksProxy() }, async (t) => {
  const system = await startTestSystem(t, {
    workers: 1,
    apis: 2,
    env: { RATE_LIMITS: `user=${QUOTA}/1h`, SHUTDOWN_DELAY_MS: '2500' },
  });
  const { api, apis, apiUrl, db } = system;
  const [first, second] = apis as [SystemApi, SystemApi];
  await api.createWorkflow({ name: 'short', steps: { only: transform() } });
  await api.createWorkflow({
    name: 'asking',
    steps: { ask: { type: 'approval', with: { message: 'Go on?' } }, last: transform('ask') },
  });
  const cookieOf = (browser: Browser) =>
    [...browser.cookiesFor(apiUrl)].map((pair) => pair.join('=')).join('; ');
  const meAt = async ({ url }: SystemApi, cookie: string) =>
    (await fetch(`${url}/auth/me`, { headers: { cookie } })).status;

  await t.test('the proxy serves the series of its board', async () => {
    const figures = await (await fetch(system.proxy?.metricsUrl ?? '')).text();
    for (const [name, labels] of Object.entries(PROXY_SERIES)) {
      const series = labels.map((label) => `${label}="[^"]+"`).join(',');
      assert.match(figures, new RegExp(`^${name}\\{${series}\\} `, 'm'));
    }
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

  await t.test('a killed API fails only its open requests', async (t) => {
    const gate = await closeSubmitGate(db, (cleanUp) => t.after(cleanUp));
    const keys = Array.from({ length: SUBMISSIONS }, () => randomUUID());
    const lost: [key: string, error: unknown][] = [];
    const submissions = keys.map((idempotencyKey) =>
      api
        .submitRun('short', {}, { idempotencyKey })
        .catch((error: unknown) => void lost.push([idempotencyKey, error])),
    );
    const [, atSecond = 0] = await waitUntil('all submissions are at an API', SOON_MS, async () => {
      const open = await countOpenRequests(system);
      return open.reduce((sum, count) => sum + count, 0) === SUBMISSIONS && open;
    });
    assert.ok(atSecond > 0 && atSecond < SUBMISSIONS, `${atSecond} of ${SUBMISSIONS}`);
    const readers = startReaders(api);
    await second.signal('SIGKILL');
    await waitUntil('the proxy answers for it', SOON_MS, () => lost.length === atSecond);
    await gate.open();
    await Promise.all(submissions);
    for (const [, error] of lost)
      // HAProxy answers 502 to the first request of a connection. For a later one, it closes the connection.
      if (error instanceof ApiError)
        assert.deepEqual([error.status, codeOf(error)], [502, 'bad_gateway']);
      else assert.match(String((error as Error).cause), /other side closed|ECONNRESET/);
    assert.equal(lost.length, atSecond);
    for (const [idempotencyKey] of lost) await api.submitRun('short', {}, { idempotencyKey });
    await second.restart();
    await untilUsed(system, second);
    await readers.stop();
    assert.deepEqual(readers.failures, []);
    const { rows } = await db.query(`select 1 from runs where workflow_name = 'short'`);
    assert.equal(rows.length, SUBMISSIONS);
  });

  await t.test('no request fails during a rolling restart', async () => {
    const readers = startReaders(api);
    let going = true;
    const submitting = (async () => {
      while (going) await api.submitRun('short');
    })();
    try {
      for (const one of apis) {
        await one.signal('SIGTERM');
        await one.restart();
        await untilUsed(system, one);
      }
    } finally {
      going = false;
      await submitting;
      await readers.stop();
    }
    assert.deepEqual(readers.failures, []);
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

function codeOf({ problem }: ApiError): unknown {
  return (problem as { code?: string }).code;
}
