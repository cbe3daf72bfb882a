import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createSlices } from './slices.ts';

/** Slices with a clock that each piece of work moves forward. */
function setUp() {
  let nowMs = 0;
  const done: string[] = [];
  const slices = createSlices({ now: () => nowMs });
  const work = (name: string, ms: number) => () => {
    done.push(name);
    nowMs += ms;
  };
  return { slices, done, work };
}

test('a slice is over after 20 ms, and the next turn of the event loop has another', async () => {
  const { slices, work } = setUp();
  assert.equal(slices.isOver(), false);
  work('a', 19)();
  assert.equal(slices.isOver(), false);
  work('b', 1)();
  assert.equal(slices.isOver(), true);
  await nextTurn();
  assert.equal(slices.isOver(), false);
});

test('waiting callers continue in order, as many per turn as there is time for', async () => {
  const { slices, done, work } = setUp();
  slices.later({}, work('a', 15));
  slices.later({}, work('b', 15));
  slices.later({}, work('c', 15));
  assert.deepEqual(done, []);
  await nextTurn();
  assert.deepEqual(done, ['a', 'b']);
  await nextTurn();
  assert.deepEqual(done, ['a', 'b', 'c']);
});

test('a server accepts connections in the turns between two slices', async () => {
  let nowMs = 0;
  const slices = createSlices({ now: () => nowMs, turnsBetween: 3 });
  await slices.perform({}, () => (nowMs += 20));
  await nextTurn();
  assert.equal(slices.isOver(), false, 'nobody waits');
  nowMs += 20;
  let turns = 0;
  let isDone = false;
  void slices.perform({}, () => (isDone = true));
  for (; !isDone; turns += 1) await nextTurn();
  assert.ok(turns >= 3, `${turns} turns`);
});

test('a caller that asks again during its work goes to the end of the queue', async () => {
  const { slices, done, work } = setUp();
  const heavy = {};
  slices.later(heavy, () => {
    work('heavy', 30)();
    slices.later(heavy, work('heavy', 30));
  });
  slices.later({}, work('light', 1));
  await nextTurn();
  await nextTurn();
  await nextTurn();
  assert.deepEqual(done, ['heavy', 'light', 'heavy']);
});

test('a caller that waits already keeps its place, and is called once', async () => {
  const { slices, done, work } = setUp();
  const who = {};
  slices.later(who, work('a', 1));
  slices.later({}, work('b', 1));
  slices.later(who, work('again', 1));
  await nextTurn();
  assert.deepEqual(done, ['a', 'b']);
});

test('work starts at once while there is time, and its error reaches the caller', async () => {
  const { slices, done, work } = setUp();
  const first = slices.perform({}, work('a', 25));
  const second = slices.perform({}, work('b', 25));
  const third = slices.perform({}, () => {
    throw new Error('no');
  });
  assert.deepEqual(done, ['a']);
  await first;
  await second;
  assert.deepEqual(done, ['a', 'b']);
  await assert.rejects(third, { message: 'no' });
});
