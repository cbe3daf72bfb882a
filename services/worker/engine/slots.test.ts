import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSlots } from './slots.ts';

describe('slots', () => {
  it('starts requests at once while slots are free, the rest as they are given back', () => {
    const slots = createSlots(2);
    const started: string[] = [];
    const answers = ['a', 'b', 'c'].map((name) => slots.request('w', () => started.push(name)));
    assert.deepEqual(answers, [true, true, false]);
    assert.deepEqual(started, ['a', 'b']);
    slots.release();
    assert.deepEqual(started, ['a', 'b', 'c']);
    assert.equal(slots.used(), 2);
  });

  it('goes round robin over workflows, so that a long queue keeps nobody waiting', () => {
    const slots = createSlots(1);
    const started: string[] = [];
    slots.request('busy', () => started.push('first'));
    for (const name of ['busy-1', 'busy-2', 'busy-3']) {
      slots.request('busy', () => started.push(name));
    }
    slots.request('quiet', () => started.push('quiet-1'));
    for (let n = 0; n < 4; n++) slots.release();
    assert.deepEqual(started, ['first', 'busy-1', 'quiet-1', 'busy-2', 'busy-3']);
  });

  it('forgets a request that was withdrawn', () => {
    const slots = createSlots(1);
    const started: string[] = [];
    const second = () => started.push('second');
    slots.request('w', () => started.push('first'));
    slots.request('w', second);
    slots.withdraw('w', second);
    slots.release();
    assert.deepEqual(started, ['first']);
    assert.equal(slots.used(), 0);
  });

  it('grants nothing while held', () => {
    const slots = createSlots(1);
    let started = false;
    slots.hold(true);
    assert.equal(
      slots.request('w', () => (started = true)),
      false,
    );
    assert.equal(started, false);
    slots.hold(false);
    assert.equal(started, true);
  });

  it('starts a long queue of requests that give their slots back at once', () => {
    const slots = createSlots(1);
    slots.request('w', () => undefined);
    let started = 0;
    for (let n = 0; n < 50_000; n++) {
      slots.request('w', () => {
        started++;
        slots.release();
      });
    }
    slots.release();
    assert.equal(started, 50_000);
    assert.equal(slots.used(), 0);
  });
});
