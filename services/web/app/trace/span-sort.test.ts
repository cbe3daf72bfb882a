import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SORT_ICONS, SPAN_SORTS, sortOf } from './span-sort.ts';

test('a span shows what it did', () => {
  const sort = (name: string, ...keys: string[]) =>
    sortOf({ name, attributes: Object.fromEntries(keys.map((key) => [key, 1])) });
  assert.equal(sort('queue'), 'queue');
  assert.equal(sort('send steps-http', 'messaging.system'), 'queue');
  assert.equal(sort('process steps-http', 'messaging.system'), 'work');
  assert.equal(sort('run look', 'gen_ai.usage.input_tokens'), 'work');
  assert.equal(sort('chat gpt', 'gen_ai.system', 'http.request.method'), 'model');
  assert.equal(sort('GET', 'http.request.method'), 'http');
  assert.equal(sort('load-steps', 'db.operation.name'), 'database');
  assert.deepEqual(
    ['load', 'commit', 'evaluate with'].map((name) => sort(name)),
    Array(3).fill('engine'),
  );
  assert.equal(sort('step http', 'aio.step.id'), 'work');
  assert.equal(new Set(Object.values(SORT_ICONS)).size, SPAN_SORTS.length);
});
