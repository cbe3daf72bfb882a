import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { startOtlpDrain } from './otlp-drain.ts';
import { readCpuMs, readRssMb } from './process-cpu.ts';
import { readMetric } from './read-metric.ts';

test('CPU and memory are those that the process itself knows of', () => {
  const until = process.cpuUsage().user + 100_000;
  const before = readCpuMs([process.pid]);
  while (process.cpuUsage().user < until);
  const spent = readCpuMs([process.pid]) - before;
  // The kernel counts in ticks of 10 ms.
  assert.ok(spent >= 80, `${spent} ms`);
  const own = process.memoryUsage().rss / 1e6;
  assert.ok(Math.abs(readRssMb(process.pid) - own) < own / 2);
});

test('a drain counts the spans that come', async (t) => {
  const drain = await startOtlpDrain();
  t.after(drain.close);
  const span = (name: string) => ({ name, endTimeUnixNano: '1700000000000000000' });
  for (const names of [['a', 'b'], ['c']]) {
    const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: names.map(span) }] }] });
    const answer = await fetch(`${drain.endpoint}/v1/traces`, { method: 'POST', body });
    assert.equal(answer.status, 200);
  }
  assert.equal(drain.spans(), 3);
});

test('a metric is the sum of its series, without those of longer names', async (t) => {
  const page = [
    '# TYPE spans_total counter',
    'spans_total{reason="a"} 2 # {trace_id="f"} 9 1700',
    'spans_total{reason="b"} 3',
    'spans_total_more 50',
  ].join('\n');
  const server = createServer((_, response) => response.end(page));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  assert.equal(await readMetric(url, 'spans_total'), 5);
  assert.equal(await readMetric(url, 'other'), 0);
});
