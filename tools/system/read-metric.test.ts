import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpuSeconds } from './cpu-time.ts';
import { startHttpServer } from '../testing/http-server.ts';
import { readMetric } from './read-metric.ts';

test('sums the series of a metric, but not of metrics with longer names', async (t) => {
  const page = [
    '# TYPE spans_total counter',
    'spans_total{reason="a"} 2 # {trace_id="f"} 9 1700',
    'spans_total{route="/runs/{id}"} 3',
    'spans_total_more 50',
  ].join('\n');
  const { url, close } = await startHttpServer((_, response) => response.end(page));
  t.after(close);
  assert.equal(await readMetric(url, 'spans_total'), 5);
  assert.equal(await readMetric(url, 'spans_total', 'reason="a"'), 2);
  assert.equal(await readMetric(url, 'other'), 0);
});

test('CPU time agrees with process.cpuUsage', () => {
  const until = process.cpuUsage().user + 100_000;
  const before = cpuSeconds(process.pid);
  while (process.cpuUsage().user < until);
  const spent = cpuSeconds(process.pid) - before;
  // The kernel counts in ticks of 10 ms.
  assert.ok(spent >= 0.08, `${spent} s`);
  assert.ok(Number.isNaN(cpuSeconds(2 ** 30)));
});
