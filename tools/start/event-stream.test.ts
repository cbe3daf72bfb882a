import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEvents } from './event-stream.ts';

test('reads whole events however the bytes are split, and skips heartbeats', async () => {
  const text =
    ': hello\n\nid: 1\nevent: a\ndata: {"ü":1}\n\nid: 2\ndata: x\ndata: y\n\n:\n\nevent: b\ndata:\n\n';
  const bytes = new TextEncoder().encode(text);
  for (const size of [1, 7, bytes.length]) {
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
      bytes.subarray(index * size, (index + 1) * size),
    );
    const events = await Array.fromAsync(readEvents(ReadableStream.from(chunks)));
    assert.deepEqual(events, [
      { id: '1', type: 'a', data: '{"ü":1}' },
      { id: '2', type: 'message', data: 'x\ny' },
    ]);
  }
});
