import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fetchTraced, inBackground, traceCallsWith } from './trace-calls.ts';

test('calls pass through the tracing, which learns whether a person caused them', async (t) => {
  const plain = t.mock.method(globalThis, 'fetch', async () => new Response('plain'));
  assert.equal(await (await fetchTraced('/a', {})).text(), 'plain');
  assert.equal(plain.mock.callCount(), 1);

  const asked: [address: string, isAsked: boolean][] = [];
  traceCallsWith(async (address, _init, isAsked) => {
    asked.push([address, isAsked]);
    return new Response('traced');
  });
  const byTimer = inBackground(() => fetchTraced('/timer', {}));
  await fetchTraced('/click', {});
  assert.equal(await (await byTimer).text(), 'traced');
  assert.throws(() => inBackground(assert.fail));
  await fetchTraced('/after', {});
  assert.deepEqual(asked, [
    ['/timer', false],
    ['/click', true],
    ['/after', true],
  ]);
  assert.equal(plain.mock.callCount(), 1);
});
