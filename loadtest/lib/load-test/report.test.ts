import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeLoadResult } from '../../testing/load-result.ts';
import { compare } from './compare.ts';
import { describeResult } from './report.ts';

test('the report has the answer, the measurements, and slow runs with their traces', () => {
  const before = makeLoadResult();
  const now = makeLoadResult({ figures: { ...before.figures, 'Runs P95': 5723.4 } });
  const text = describeResult(now, compare(now, before)).join('\n');
  assert.match(text, /\n✖ missed: API latency, before\n/);
  assert.match(text, /✔ +API availability +0 % +< 0\.1 %/);
  assert.match(text, /Figures, compared with spike-\d{8}-\d{6} of/);
  assert.match(text, /Runs P95 +5\.72 s +▼ +before 2\.86 s +\+100 % +worse/);
  assert.match(text, /Runs P50 .* ±0 %/);
  assert.match(
    text,
    /672 ms {2}load-request succeeded.*\n +queue 17 ms, http 610 ms, engine 45 ms/,
  );
  assert.match(text, /critical path: check \(queue 13 ms, http 357 ms\), fetch \(http 115 ms\)\n/);
  assert.ok(text.includes(String(now.slowest[0]!.traceUrl)));
});

test('the report of a search shows its rates and the knee', () => {
  const { figures } = makeLoadResult();
  const tries = [
    { rate: 10, kept: true, achieved: 10, figures, missed: [] },
    {
      rate: 20,
      kept: false,
      achieved: 10,
      figures,
      missed: ['API latency 431 ms (99 % < 250 ms)'],
    },
  ];
  const result = makeLoadResult({ kept: true, knee: { rate: 10, missedAt: 20, tries } });
  const text = describeResult(result, undefined).join('\n');
  assert.match(text, /✔ the knee is at 10 runs a second; missed at 20/);
  assert.match(text, /✖ +20 .* API latency 431 ms \(99 % < 250 ms\)/);
});
