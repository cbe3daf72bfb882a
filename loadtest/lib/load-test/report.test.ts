import assert from 'node:assert/strict';
import { test } from 'node:test';
import { realResult } from '../../testing/real-result.ts';
import { compare } from './compare.ts';
import { toPage } from './report/page.ts';
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

test('the terminal tells the answer, what was measured, and leads to the traces', () => {
  const text = toText(result, compare(result, result)).join('\n');
  assert.match(text, /\n✖ missed: API latency, before, Load not offered\n/);
  assert.match(text, /✔ +API latency, after +[\d.]+ ms +99 % < 250 ms/);
  assert.match(text, /\/api\/v1\/workflows\/\{name\}\/runs +\d+/);
  for (const { traceUrl } of result.slowest) assert.ok(text.includes(String(traceUrl)));
  assert.match(text, /Compared with spike-\d{8}-\d{6} of/);
  assert.match(text, /· +Runs P95 .* → .* ±0 %/);
});

test('the page needs nothing from elsewhere, and has the same to say', () => {
  const page = toPage(result, compare(result, result));
  const fetched = [...page.matchAll(/<(script|link|img|iframe)\b|url\(|@import|src=/g)];
  assert.deepEqual(
    fetched.map(([found]) => found),
    [],
  );
  for (const { traceUrl, id } of result.slowest) {
    assert.ok(page.includes(`href="${traceUrl}"`));
    assert.ok(page.includes(id));
  }
  assert.match(page, /prefers-color-scheme: dark/);
  assert.doesNotMatch(page, /NaN|undefined|\[object/);
});

test('a search shows its rates, and where the knee is', () => {
  const text = toText(withKnee(), undefined).join('\n');
  assert.match(text, /✔ the knee is at 10 runs a second; missed at 20/);
  assert.match(text, /✖ +20 .* API latency 431 ms \(99 % < 250 ms\)/);
  const page = toPage(withKnee(), undefined);
  assert.equal(page.split('<circle').length - 1, 2);
  assert.match(page, /<td class="text">API latency 431 ms \(99 % &#60; 250 ms\)<\/td>/);
});

test('what a server says is text on the page, whatever it says', () => {
  const hostile = realResult();
  hostile.failures = [
    { method: 'GET', route: '/x', status: 500, error: '<script>alert(1)</script>', traceId: 'a' },
  ];
  const page = toPage(hostile, undefined);
  assert.ok(!page.includes('<script>'));
  assert.ok(page.includes('&#60;script&#62;'));
});
