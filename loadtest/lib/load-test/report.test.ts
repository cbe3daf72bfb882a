import assert from 'node:assert/strict';
import { test } from 'node:test';
import { realResult } from '../../testing/real-result.ts';
import { compare } from './compare.ts';
import { toText } from './report/text.ts';
import type { LoadResult } from './result.ts';

const result = realResult();

function withKnee(): LoadResult {
  const tried = { achieved: 10, requestP99: 40, runP95: 300, queueTimeP99: 2, missed: [] };
  const tries = [
    { ...tried, rate: 10, kept: true },
    { ...tried, rate: 20, kept: false, missed: ['API latency 431 ms (99 % < 250 ms)'] },
  ];
  return { ...realResult(), kept: true, knee: { rate: 10, missedAt: 20, tries } };
}

test('the report has the answer, the measurements and links to traces', () => {
  const text = toText(result, compare(result, result)).join('\n');
  assert.match(text, /\n✖ missed: API latency, before, Load not offered\n/);
  assert.match(text, /✔ +API latency, after +[\d.]+ ms +99 % < 250 ms/);
  assert.match(text, /\/api\/v1\/workflows\/\{name\}\/runs +\d+/);
  for (const { traceUrl } of result.slowest) assert.ok(text.includes(String(traceUrl)));
  assert.match(text, /Compared with spike-\d{8}-\d{6} of/);
  assert.match(text, /· +Runs P95 .* → .* ±0 %/);
});

test('the report of a search shows its rates and the knee', () => {
  const text = toText(withKnee(), undefined).join('\n');
  assert.match(text, /✔ the knee is at 10 runs a second; missed at 20/);
  assert.match(text, /✖ +20 .* API latency 431 ms \(99 % < 250 ms\)/);
});
