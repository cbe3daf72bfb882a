import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startOtlpDrain } from './otlp-drain.ts';

test('the drain counts spans', async (t) => {
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
