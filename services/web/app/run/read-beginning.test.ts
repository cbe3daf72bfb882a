import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readBeginning } from './read-beginning.ts';

test('the beginning of a long answer is read, and the rest is not fetched', async () => {
  let sent = 0;
  let isCancelled = false;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent++;
      controller.enqueue(new TextEncoder().encode('x'.repeat(1_000)));
    },
    cancel: () => void (isCancelled = true),
  });
  assert.equal(await readBeginning(new Response(body), 2_500), 'x'.repeat(3_000));
  assert.ok(isCancelled);
  assert.ok(sent < 10, `${sent} pieces were sent`);
});

test('a short response is read whole, even if a chunk ends inside a character', async () => {
  const bytes = new TextEncoder().encode('a€b');
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  assert.equal(await readBeginning(new Response(body), 1_000), 'a€b');
});
