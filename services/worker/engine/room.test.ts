import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRoom } from './room.ts';

/** Resolves after all pending callbacks. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('room', () => {
  it('gives room to what fits, first come, first served', async () => {
    const room = createRoom(10);
    const [first, large, small] = [room.reserve(), room.reserve(), room.reserve()];
    const entered: string[] = [];
    await first.take(6);
    const waits = [
      large.take(8).then(() => entered.push('large')),
      small.take(2).then(() => entered.push('small')),
    ];
    await settle();
    assert.deepEqual(entered, [], 'the small one does not pass the large one for ever');
    first.close();
    await Promise.all(waits);
    assert.deepEqual(entered, ['large', 'small']);
    large.close();
    large.close();
    await room.reserve().take(8);
  });

  it('makes everyone wait while there is no room', async () => {
    const room = createRoom(10);
    const first = room.reserve();
    await first.take(10);
    let isIn = false;
    const waiting = room
      .reserve()
      .take(1)
      .then(() => (isIn = true));
    await settle();
    assert.equal(isIn, false);
    first.close();
    await waiting;
  });

  it('refuses what never fits', async () => {
    const room = createRoom(10);
    await assert.rejects(room.reserve().take(11), { code: 'values_too_large' });
    const reservation = room.reserve();
    await reservation.take(4);
    await assert.rejects(reservation.take(7), { code: 'values_too_large' });
    await reservation.take(6);
  });

  it('forgets callers that give up or close, and serves the next', async () => {
    const room = createRoom(10);
    const holder = room.reserve();
    await holder.take(5);
    const abort = new AbortController();
    const [aborted, closed, behind] = [room.reserve(), room.reserve(), room.reserve()];
    const gaveUp = assert.rejects(aborted.take(10, abort.signal), /no longer/);
    const left = assert.rejects(closed.take(10), { code: 'room_left' });
    const entered = behind.take(5);
    abort.abort(new Error('no longer wanted'));
    closed.close();
    await Promise.all([gaveUp, left, entered]);
    await assert.rejects(closed.take(1), { code: 'room_left' });
  });
});
