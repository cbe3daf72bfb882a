import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TextPiece } from '@aio/core/run/jobs';
import type { StreamEvent } from '@aio/http/event-stream';
import { withTexts } from './step-text.ts';

test('a client that does not read misses later pieces, and no event', async () => {
  const piece = { step: 'ask', iteration: -1, attempt: 1, offset: 0, isCut: false };
  const sent: ((piece: TextPiece) => void)[] = [];
  let isWatched = false;
  const texts = {
    watch(_: string, onPiece: (piece: TextPiece) => void) {
      sent.push(onPiece);
      isWatched = true;
      return () => void (isWatched = false);
    },
  };
  const ended = Promise.withResolvers<void>();
  async function* events(): AsyncGenerator<readonly StreamEvent[]> {
    yield [{ id: 1, data: 'first' }];
    await ended.promise;
    yield [{ id: 2, data: 'last' }];
  }
  const stream = withTexts(events(), 'run', texts);
  assert.equal((await stream.next()).value?.[0]?.id, 1);
  for (let nth = 0; nth < 100; nth += 1) sent[0]!({ ...piece, text: 'x'.repeat(10_000) });
  const pieces = (await stream.next()).value ?? [];
  assert.ok(pieces.length > 10 && pieces.length < 40, `${pieces.length} pieces`);
  sent[0]!({ ...piece, text: 'later' });
  assert.equal((await stream.next()).value?.length, 1);
  ended.resolve();
  assert.equal((await stream.next()).value?.[0]?.id, 2);
  assert.equal((await stream.next()).done, true);
  assert.equal(isWatched, false);
});
