import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { AlertmanagerAway, createAlertmanagerApi, findRouted } from './alertmanager.ts';
import { endpointOf } from './endpoint.ts';
import { createPrometheusApi, PrometheusAway, QueryError } from './prometheus.ts';

async function serve(t: TestContext, listener: RequestListener) {
  const server = createServer(listener);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  function close(): void {
    server.close();
    server.closeAllConnections();
  }
  t.after(close);
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

test('user and password of a URL are sent but not shown', () => {
  assert.deepEqual(endpointOf('http://ada:p%40ss@metrics.example:9090/prometheus/'), {
    url: 'http://metrics.example:9090/prometheus',
    headers: { authorization: `Basic ${Buffer.from('ada:p@ss').toString('base64')}` },
  });
  assert.deepEqual(endpointOf('http://localhost:9090'), {
    url: 'http://localhost:9090',
    headers: {},
  });
});

test('query errors and unreachable servers are different errors', async (t) => {
  let answer: [status: number, body: string] = [200, ''];
  const seen: (string | undefined)[] = [];
  const { host, close } = await serve(t, (request, response) => {
    seen.push(request.headers.authorization);
    const [status, body] = answer;
    response.writeHead(status).end(body);
  });
  const prometheus = createPrometheusApi(`http://ada:secret@${host}/`);
  const alertmanager = createAlertmanagerApi(`http://ada:secret@${host}`);

  await t.test('a refused or expensive query has a reason and its kind', async () => {
    answer = [422, '{"status":"error","errorType":"execution","error":"too many samples"}'];
    await assert.rejects(prometheus.query('up', 0), (error: unknown) => {
      assert.ok(error instanceof QueryError);
      assert.deepEqual([error.message, error.kind], ['too many samples', 'execution']);
      return true;
    });
  });

  await t.test('another server answers', async () => {
    answer = [502, '<html>'];
    for (const [asked, kind] of [
      [() => prometheus.query('up', 0), PrometheusAway],
      [() => alertmanager.alerts(), AlertmanagerAway],
    ] as const)
      await assert.rejects(asked, (error: Error) => {
        assert.ok(error instanceof kind);
        assert.doesNotMatch(error.message, /secret/);
        return true;
      });
  });

  await t.test('no server answers', async () => {
    close();
    await assert.rejects(prometheus.alerts(), PrometheusAway);
    await assert.rejects(alertmanager.alerts(), AlertmanagerAway);
  });

  await t.test('each request had the password', () => {
    const expected = `Basic ${Buffer.from('ada:secret').toString('base64')}`;
    assert.ok(seen.length >= 3);
    assert.deepEqual(new Set(seen), new Set([expected]));
  });
});

test('an alert is found by its labels, even if Alertmanager adds some', () => {
  const routed = [
    { labels: { alertname: 'A', queue: 'llm' }, silences: [], isInhibited: false },
    { labels: { alertname: 'A', queue: 'http', region: 'x' }, silences: [], isInhibited: true },
  ];
  assert.equal(findRouted({ alertname: 'A', queue: 'http' }, routed)?.isInhibited, true);
  assert.equal(findRouted({ alertname: 'A', queue: 'default' }, routed), undefined);
});
