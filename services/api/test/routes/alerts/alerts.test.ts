import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { type HttpServer, startHttpServer } from '@aio/tools/testing/http-server';
import { pluck } from '@aio/platform/testing/pluck';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { startMonitored, WITHOUT_PROMETHEUS } from '../../../testing/monitored.ts';
import { startTestApi, type TestApi } from '../../../testing/start-test-api.ts';

interface Shown {
  name: string;
  state: string;
  labels: Record<string, string>;
  [field: string]: unknown;
}

async function listOf(api: TestApi): Promise<{ alertmanager: string; items: Shown[] }> {
  const { status, body } = await api.get('/api/v1/alerts');
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

/** The part of Alertmanager that the API calls. */
async function standInForAlertmanager(t: TestContext): Promise<HttpServer> {
  const status = { state: 'active' };
  const endsAt = new Date(Date.now() + 3_600_000).toISOString();
  const answers: Record<string, unknown> = {
    '/api/v2/alerts': [
      {
        labels: { alertname: 'Watchdog', severity: 'none', cluster: 'added by Prometheus' },
        status: { state: 'suppressed', silencedBy: ['s-1'], inhibitedBy: [] },
      },
    ],
    '/api/v2/silences': [{ id: 's-1', createdBy: 'ada', comment: 'at work on it', endsAt, status }],
  };
  const server = await startHttpServer((request, response) => {
    const answer = answers[request.url ?? ''];
    response.writeHead(answer ? 200 : 404).end(JSON.stringify(answer ?? {}));
  });
  t.after(server.close);
  return server;
}

test('alerts', { skip: WITHOUT_PROMETHEUS }, async (t) => {
  const monitored = await startMonitored(t);
  monitored.api.queueOldestAge.set({ queue: 'llm' }, 400);
  const alertmanager = await standInForAlertmanager(t);
  const PROMETHEUS_URL = monitored.prometheus.url;
  const ALERTMANAGER_URL = `${alertmanager.url}/`;
  const api = await startTestApi(t, { env: { PROMETHEUS_URL, ALERTMANAGER_URL } });
  const find = async (name: string, state: string) =>
    (await listOf(api)).items.find((one) => one.name === name && one.state === state);
  const findBoth = async () => {
    const both = [await find('Watchdog', 'firing'), await find('OldestJobAge', 'pending')];
    return both.every((one) => one !== undefined) && (both as Shown[]);
  };
  const [watchdog, oldest] = await waitUntil(findBoth, { what: 'both alerts', timeoutMs: 60_000 });

  await t.test('a state selects alerts', async () => {
    const { items } = (await api.get('/api/v1/alerts?state=firing')).body;
    assert.deepEqual(new Set(pluck(items, 'state')), new Set(['firing']));
    assert.ok(pluck(items, 'name').includes('Watchdog'));
    assert.equal((await api.get('/api/v1/alerts?state=loud')).status, 400);
  });

  await t.test('a pending alert has its value, texts, runbook and panel', () => {
    assert.ok(oldest);
    const { since, ...rest } = oldest;
    assert.ok(Date.now() - Date.parse(since as string) < 120_000);
    assert.partialDeepStrictEqual(rest, { value: 400, severity: 'page', hasRunbook: true });
    assert.equal(rest['summary'], 'The oldest job in queue llm has waited 6m 40s');
    assert.deepEqual(Object.values(rest['panel'] as object).slice(0, 1), ['aio-queue-workers']);
    assert.deepEqual(rest['silences'], []);
    assert.equal(rest['forSeconds'], 60);
    assert.match(rest['whyNow'] as string, /\.$/);
    assert.equal(rest['examples'], null);
    assert.equal(rest['endedAt'], null);
  });

  await t.test('a silenced alert says who silenced it', () => {
    const [silence] = watchdog!['silences'] as { createdBy: string; comment: string }[];
    assert.deepEqual([silence?.createdBy, silence?.comment], ['ada', 'at work on it']);
  });

  await t.test('active alerts come first, and every rule is listed', async () => {
    const { items, alertmanager: state } = await listOf(api);
    assert.equal(state, 'ok');
    const states = items.map((one) => ['firing', 'pending', 'inactive'].indexOf(one.state));
    assert.deepEqual(states, states.toSorted());
    const names = pluck(items, 'name');
    for (const name of ['RunSuccessBurn', 'StuckRuns', 'NoApiUp'])
      assert.ok(names.includes(name), name);
  });

  await t.test('a runbook is Markdown', async () => {
    const { body } = await api.get('/api/v1/alerts/OldestJobAge/runbook');
    assert.match(body.markdown, /^# OldestJobAge/);
    assert.equal((await api.get('/api/v1/alerts/Nothing/runbook')).status, 404);
  });

  await t.test('an alert that no longer fires was firing', async () => {
    const fired = await waitUntil(() => find('OldestJobAge', 'firing'), {
      what: 'the alert fires',
      timeoutMs: 180_000,
    });
    monitored.api.queueOldestAge.set({ queue: 'llm' }, 0);
    const ended = await waitUntil(() => find('OldestJobAge', 'inactive'), {
      what: 'the alert ends',
      timeoutMs: 60_000,
    });
    assert.ok(Date.parse(ended['endedAt'] as string) > Date.parse(fired['since'] as string));
    assert.equal((await find('StuckRuns', 'inactive'))?.['endedAt'], null);
  });

  await t.test('lists alerts without Alertmanager', async () => {
    await alertmanager.close();
    const { alertmanager: state, items } = await listOf(api);
    assert.equal(state, 'away');
    assert.ok(items.length > 10);
  });

  await t.test('the API logs no error', () => assert.deepEqual(api.faults(), []));
});
