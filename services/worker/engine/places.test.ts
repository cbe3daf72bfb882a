import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Places } from './places.ts';

test('places go to those who ask, in order, and back', async () => {
  const places = new Places(1);
  const { signal } = new AbortController();
  const [first, second, third] = [{}, {}, {}];
  const entered: object[] = [];
  const ask = async (holder: object) => {
    await places.take(holder, signal);
    entered.push(holder);
  };
  await ask(first);
  await ask(first);
  const asked = [ask(second), ask(third)];
  places.leave(third);
  assert.deepEqual(entered.length, 2);
  places.leave(first);
  await asked[0];
  assert.equal(entered.at(-1), second);
  places.leave(second);
  await asked[1];
  assert.equal(entered.at(-1), third);
});

test('one who gives up leaves the line', async () => {
  const places = new Places(1);
  const abort = new AbortController();
  const [first, second, third] = [{}, {}, {}];
  const { signal } = new AbortController();
  await places.take(first, signal);
  const left = places.take(second, abort.signal);
  const next = places.take(third, signal);
  abort.abort(new Error('timeout'));
  await assert.rejects(left, /timeout/);
  await assert.rejects(places.take(second, abort.signal), /timeout/);
  places.leave(first);
  await next;
});
