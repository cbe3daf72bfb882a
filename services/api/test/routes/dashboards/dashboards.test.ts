import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { BOARDS } from '@aio/catalog/boards';
import { pluck } from '@aio/platform/testing/pluck';
import { readBoards } from '@aio/query/boards';
import { findFreePort } from '@aio/tools/process/free-port';
import { startMonitored, WITHOUT_PROMETHEUS } from '../../../testing/monitored.ts';
import { startTestApi } from '../../../testing/start-test-api.ts';
import type { TestClient } from '../../../testing/test-client.ts';

const boards = readBoards();
const panelOf = (uid: string, title: string) => {
  const board = boards.find((one) => one.uid === uid)!;
  const panel = board.panels.find((one) => one.title === title);
  assert.ok(panel, `${uid} has ${title}`);
  return panel;
};
const LATENCY = panelOf('aio-api', 'Latency').id;

/** The last minutes, which no later sample changes. */
function lastMinutes(minutes: number, toMs = Date.now()): { from: string; to: string } {
  const from = new Date(toMs - minutes * 60_000).toISOString();
  return { from, to: new Date(toMs).toISOString() };
}

const query = (client: TestClient, uid: string, body: object) =>
  client.post(`/api/v1/dashboards/${uid}/query`, { ...lastMinutes(5), ...body });

test('dashboards without Prometheus', async (t) => {
  const api = await startTestApi(t);

  await t.test('are listed with their questions', async () => {
    const { body } = await api.get('/api/v1/dashboards');
    assert.deepEqual([body.isConfigured, body.grafanaUrl], [false, null]);
    assert.deepEqual(pluck(body.items, 'uid'), pluck(Object.values(BOARDS), 'uid'));
    for (const { description, panels } of body.items) {
      assert.match(description, /\?$/);
      assert.ok(panels >= 4);
    }
  });

  await t.test('a dashboard is its file, and the API does not send it twice', async () => {
    const { body, headers } = await api.get('/api/v1/dashboards/aio-api');
    const { text } = boards.find(({ uid }) => uid === 'aio-api')!;
    assert.equal(JSON.stringify(body), JSON.stringify(JSON.parse(text)));
    // fetch adds `Cache-Control: no-cache` to conditional requests.
    const asked = { headers: { ...api.headers, 'if-none-match': headers.get('etag')! } };
    const request = get(`${api.url}/api/v1/dashboards/aio-api`, asked);
    const [again] = (await once(request, 'response')) as [IncomingMessage];
    assert.equal(again.statusCode, 304);
    again.resume();
    assert.equal((await api.get('/api/v1/dashboards/aio-nothing')).status, 404);
  });

  await t.test('queries answer how to configure Prometheus', async () => {
    const path = '/api/v1/dashboards/aio-api';
    for (const answer of [
      await api.get(`${path}/variables`),
      await api.get(`${path}/annotations`),
      await query(api, 'aio-api', { panel: LATENCY }),
      await api.get('/api/v1/alerts'),
      await api.get('/api/v1/error-budgets'),
    ]) {
      assert.deepEqual([answer.status, answer.body.code], [404, 'prometheus_not_configured']);
    }
    const { body } = await api.get('/api/v1/problems/prometheus_not_configured');
    assert.match(body.hint, /PROMETHEUS_URL/);
    assert.equal((await api.get('/api/v1/alerts/NoWorkerUp/runbook')).status, 200);
  });
});

test('if Prometheus does not answer, the API answers 503 with advice', async (t) => {
  const port = await findFreePort();
  const api = await startTestApi(t, { env: { PROMETHEUS_URL: `http://127.0.0.1:${port}` } });
  const { status, body, headers } = await query(api, 'aio-api', { panel: LATENCY });
  assert.deepEqual([status, body.code], [503, 'prometheus_away']);
  assert.ok(headers.get('retry-after'));
});

test('dashboards with Prometheus', { skip: WITHOUT_PROMETHEUS }, async (t) => {
  const monitored = await startMonitored(t);
  const { prometheus } = monitored;
  const api = await startTestApi(t, {
    isTracing: true,
    jaegerUiUrl: 'http://jaeger.example',
    env: { PROMETHEUS_URL: prometheus.url, GRAFANA_UI_URL: 'http://grafana.example/' },
  });
  const TRACE = 'a'.repeat(32);
  const RUN = '01900000-0000-7000-8000-000000000001';
  for (let times = 0; times < 2; times += 1) {
    monitored.recordAll();
    const workflow = 'a.b "c"';
    monitored.worker.runDuration.observe({ workflow }, 2, { trace_id: TRACE, run_id: RUN });
    monitored.worker.workflowRunsEnded.inc({ workflow, outcome: 'succeeded' });
    const labels = { method: 'GET', route: '/api/v1/runs', status: '200' } as const;
    monitored.api.httpRequestDuration.observe(labels, 0.2, { trace_id: TRACE });
    await monitored.scraped();
  }
  const until = Date.now();
  // Waits for rules and scrapes of that time.
  await monitored.scraped();

  await t.test('lists the values of variables', async () => {
    const { body } = await api.get('/api/v1/dashboards/aio-runs/variables');
    const values = Object.fromEntries(
      body.items.map((one: { name: string; values: string[] }) => [one.name, one.values]),
    );
    assert.deepEqual(values['job'], ['api', 'worker']);
    assert.equal(values['instance'].length, 2);
    assert.deepEqual(values['workflow'], ['a.b "c"', 'sample']);
  });

  await t.test('every query of every panel returns the values of Prometheus', async (t) => {
    let targets = 0;
    let withData = 0;
    for (const board of boards)
      for (const panel of board.panels) {
        const asked = { panel: panel.id, ...lastMinutes(1, until) };
        const { status, body } = await query(api, board.uid, asked);
        assert.equal(status, 200, `${board.uid} ${panel.title}: ${JSON.stringify(body)}`);
        assert.equal(body.targets.length, panel.targets.length);
        for (const [index, target] of body.targets.entries()) {
          targets += 1;
          const where = `${board.uid} ${panel.title} ${target.refId}`;
          assert.doesNotMatch(target.promql, /\$/, where);
          const { instant = false } = panel.targets[index]!;
          const truth = instant
            ? await prometheus.query(target.promql, target.at[0])
            : await prometheus.queryRange(target.promql, {
                from: target.at[0],
                to: target.at.at(-1),
                stepSeconds: body.stepSeconds,
              });
          const expected = truth
            .map(({ labels, samples }) => ({
              labels,
              samples: samples
                .filter(({ value }) => !Number.isNaN(value))
                .map(({ at, value }) => [at, textOf(value)]),
            }))
            .filter(({ samples }) => samples.length > 0);
          const given = target.series.map(
            ({ labels, values }: { labels: object; values: (number | string | null)[] }) => ({
              labels,
              samples: values.flatMap((value, position) =>
                value === null ? [] : [[target.at[position], textOf(value)]],
              ),
            }),
          );
          assert.deepEqual(sorted(given), sorted(expected), where);
          if (given.length > 0) withData += 1;
        }
      }
    t.diagnostic(`${targets} queries, ${withData} with data`);
    assert.ok(withData > targets / 2, 'most have data');
  });

  await t.test('fills in chosen values, which cannot leave their string', async () => {
    const panel = panelOf('aio-runs', 'Duration').id;
    const runs = (workflow: unknown) => query(api, 'aio-runs', { panel, variables: { workflow } });
    const one = await runs(['a.b "c"']);
    assert.match(one.body.targets[0].promql, /workflow=~"\(a\\\\\.b \\"c\\"\)"/);
    const hostile = await runs(['"} or vector(1) or up{job="', 'x\n', '\\', '.*']);
    assert.equal(hostile.status, 200);
    for (const { series } of hostile.body.targets) assert.deepEqual(series, []);
  });

  await t.test('exemplars link to the run or the trace', async () => {
    const panel = panelOf('aio-runs', 'Duration').id;
    const { targets } = (await query(api, 'aio-runs', { panel })).body;
    const ofRuns = targets.flatMap(({ exemplars }: { exemplars: object[] }) => exemplars);
    assert.ok(ofRuns.length > 0);
    const { runId, traceId, labels } = ofRuns.find((one: { runId: string }) => one.runId === RUN)!;
    assert.deepEqual([runId, traceId, labels.run_id], [RUN, TRACE, RUN]);
    const ofRequests = (await query(api, 'aio-api', { panel: LATENCY })).body.targets.at(
      -1,
    ).exemplars;
    assert.equal(ofRequests[0].runId, null);
    assert.equal(ofRequests[0].traceUrl, `http://jaeger.example/trace/${TRACE}`);
  });

  await t.test('marks have their names, titles and times', async () => {
    const { from, to } = lastMinutes(5);
    const { body } = await api.get(`/api/v1/dashboards/aio-api/annotations?from=${from}&to=${to}`);
    assert.equal(body.leftOut, 0);
    for (const mark of body.items) assert.ok(mark.from <= mark.to && mark.title !== '');
  });

  await t.test('returns the address of Grafana without a slash at its end', async () => {
    const { body } = await api.get('/api/v1/dashboards');
    assert.deepEqual([body.isConfigured, body.grafanaUrl], [true, 'http://grafana.example']);
  });

  await t.test('refuses unknown panels and variables, and too long ranges', async () => {
    const to = new Date().toISOString();
    for (const [body, pointer] of [
      [{ panel: 1 }, '/panel'],
      [{ panel: LATENCY, variables: { nothing: 'all' } }, '/variables/nothing'],
      [{ panel: LATENCY, variables: { job: [] } }, '/variables/job'],
      [{ panel: LATENCY, points: 1001 }, '/points'],
      [{ panel: LATENCY, promql: 'up' }, '/promql'],
      [{ panel: LATENCY, from: '2026-01-01T00:00:00Z', to }, '/from'],
      [{ panel: LATENCY, from: to, to }, '/from'],
    ] as const) {
      const answer = await query(api, 'aio-api', body);
      assert.equal(answer.status, 422, JSON.stringify(body));
      const pointers = pluck(answer.body.errors, 'pointer').map(String);
      assert.ok(
        pointers.some((one) => one.startsWith(pointer)),
        `${pointer}: ${pointers.join()}`,
      );
    }
    const path = '/api/v1/dashboards/aio-api/variables';
    for (const asked of ['from=2026-01-01T00:00:00Z', 'from=yesterday', 'query=up'])
      assert.equal((await api.get(`${path}?${asked}`)).status, 400, asked);
    const noBoard = await query(api, 'aio-nothing', { panel: LATENCY });
    assert.equal(noBoard.status, 404);
  });

  await t.test('the API logs no error', () => assert.deepEqual(api.faults(), []));
});

function textOf(value: number | string): string {
  if (value === Infinity) return '+Inf';
  return value === -Infinity ? '-Inf' : String(value);
}

function sorted<T extends { labels: object }>(series: readonly T[]): T[] {
  const key = ({ labels }: T) => JSON.stringify(Object.entries(labels).toSorted());
  return series.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}
