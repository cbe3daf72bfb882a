import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createThroughput } from './throughput.ts';

test('a start counts for a minute, in its lane', () => {
  let ms = 500;
  const throughput = createThroughput(() => ms);
  assert.deepEqual(throughput.lastMinute(), {});
  throughput.began('http');
  throughput.began('http');
  ms += 30_000;
  throughput.began('http');
  throughput.began('llm');
  assert.deepEqual(throughput.lastMinute(), { http: 3, llm: 1 });
  ms += 29_400;
  assert.deepEqual(throughput.lastMinute(), { http: 3, llm: 1 });
  ms += 600;
  assert.deepEqual(throughput.lastMinute(), { http: 1, llm: 1 });
  ms += 60_000;
  assert.deepEqual(throughput.lastMinute(), {});
});
