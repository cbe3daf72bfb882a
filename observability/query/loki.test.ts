import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { LokiAway, queryLoki } from './loki.ts';

test('lines of all streams are sorted by time', async (t) => {
  const asked: URLSearchParams[] = [];
  const result = [
    {
      stream: {
        service_name: 'aio-worker',
        severity_text: 'warn',
        aio_run_id: 'r1',
        event_name: 'aio.step.failed',
        error_type: 'http_status',
      },
      values: [['2000000000', 'A step failed']],
    },
    { stream: { service_name: 'aio-api' }, values: [['1000999999', 'Request']] },
  ];
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
    if (pathname !== '/loki/api/v1/query_range') return void response.writeHead(404).end('no');
    asked.push(searchParams);
    response.end(JSON.stringify({ data: { result } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const [first, second] = await queryLoki(url, { runId: 'r1', since: 500 }, 10);
  assert.deepEqual([first?.time, first?.message, first?.level], [1000, 'Request', 'unknown']);
  assert.deepEqual([second?.time, second?.runId, second?.error], [2000, 'r1', 'http_status']);
  assert.deepEqual([asked[0]?.get('start'), asked[0]?.get('limit')], ['500000000', '10']);
  assert.equal(asked[0]?.get('query'), '{service_name=~"aio-.+"} | aio_run_id="r1"');
  await assert.rejects(queryLoki(`${url}/other`, { since: 0 }, 1), LokiAway);
});

test('an unreachable Loki is named', async () => {
  await assert.rejects(queryLoki('http://127.0.0.1:9', { since: 0 }, 1), /127\.0\.0\.1:9/);
});
