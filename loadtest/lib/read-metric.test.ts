import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { cpuSeconds } from './cpu-time.ts';
import { readMetric } from './read-metric.ts';

test('a metric is the sum of its series, without those of longer names', async (t) => {
  const page = [
    '# TYPE spans_total counter',
    'spans_total{reason="a"} 2 # {trace_id="f"} 9 1700',
    'spans_total{route="/runs/{id}"} 3',
    'spans_total_more 50',
  ].join('\n');
  const server = createServer((_, response) => response.end(page));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  assert.equal(await readMetric(url, 'spans_total'), 5);
  assert.equal(await readMetric(url, 'other'), 0);
});

test('CPU time is the one that the process itself knows of', () => {
  const until = process.cpuUsage().user + 100_000;
  const before = cpuSeconds(process.pid);
  while (process.cpuUsage().user < until);
  const spent = cpuSeconds(process.pid) - before;
  // The kernel counts in ticks of 10 ms.
  assert.ok(spent >= 0.08, `${spent} s`);
  assert.ok(Number.isNaN(cpuSeconds(2 ** 30)));
});
