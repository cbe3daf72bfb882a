import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { AlertmanagerAway, createAlertmanagerApi } from './alertmanager.ts';
import { endpointOf } from './endpoint.ts';
import { createPrometheusApi, PrometheusAway, QueryError } from './prometheus.ts';

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
  const server = createServer((request, response) => {
    seen.push(request.headers.authorization);
    const [status, body] = answer;
    response.writeHead(status).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const prometheus = createPrometheusApi(`http://ada:secret@127.0.0.1:${port}/`);
  const alertmanager = createAlertmanagerApi(`http://ada:secret@127.0.0.1:${port}`);

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
    server.close();
    server.closeAllConnections();
    await assert.rejects(prometheus.alerts(), PrometheusAway);
    await assert.rejects(alertmanager.alerts(), AlertmanagerAway);
  });

  await t.test('each request had the password', () => {
    const expected = `Basic ${Buffer.from('ada:secret').toString('base64')}`;
    assert.ok(seen.length >= 3);
    assert.deepEqual(new Set(seen), new Set([expected]));
  });
});
