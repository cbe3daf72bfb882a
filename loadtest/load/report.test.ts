import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeLoadResult } from '../testing/load-result.ts';
import { describeResult } from './report.ts';

test('the report has the answer, changes, and slow runs with their traces', () => {
  const before = makeLoadResult();
  const [run, values] = ['load_run_duration', { 'p(95)': 5723.4, count: 112 }];
  const now = makeLoadResult({ metrics: { ...before.metrics, [run]: { values, crossed: [] } } });
  const text = describeResult(now, before).join('\n');
  assert.match(
    text,
    /\n✖ missed: http_req_duration\{scenario:before,traffic:requests\} p\(99\)<250: 1190; runs: 112 succeeded\n/,
  );
  assert.match(text, /Compared with spike-\d{8}-\d{6}\n/);
  assert.match(text, /▼ +load_run_duration p\(95\) +2860 +5720 +worse/);
  assert.match(
    text,
    /672 ms {2}load-request succeeded.*\n +queue 17 ms, http 610 ms, engine 45 ms/,
  );
  assert.match(text, /critical path: check \(queue 13 ms, http 357 ms\), fetch \(http 115 ms\)\n/);
  assert.ok(text.includes(String(now.slowest[0]!.traceUrl)));
});

test('the report of a search shows its rates and the knee', () => {
  const { metrics } = makeLoadResult();
  const missed = ['load_queue_time p(99)<250: 431'];
  const tries = [
    { rate: 10, kept: true, metrics, missed: [] },
    { rate: 20, kept: false, metrics, missed },
  ];
  const result = makeLoadResult({ kept: true, knee: { rate: 10, missedAt: 20, tries } });
  const text = describeResult(result, undefined).join('\n');
  assert.match(text, /✔ the knee is at 10 runs a second; missed at 20/);
  assert.match(text, /✖ +20 .* 2\.86 s .* load_queue_time p\(99\)<250: 431/);
});
