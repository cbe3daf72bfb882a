import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstView, isWhollyIn, sizeOf } from './first-view.ts';

const ROOM = { width: 800, height: 500 };
const PHONE = { width: 350, height: 500 };
const ORIGIN = { x: 0, y: 0 };

test('a small graph is centred at full size', () => {
  const size = sizeOf([ORIGIN, { x: 238, y: 0 }]);
  assert.deepEqual(size, { width: 428, height: 44 });
  assert.deepEqual(firstView(size, ROOM, ORIGIN, false), { x: 186, y: 228, zoom: 1 });
});

test('on a phone a small graph is at the top', () => {
  const view = firstView(sizeOf([ORIGIN]), PHONE, ORIGIN, true);
  assert.deepEqual(view, { x: 80, y: 40, zoom: 1 });
});

test('a large graph stays readable and shows its beginning', () => {
  const size = { width: 2800, height: 44 };
  const view = firstView(size, ROOM, ORIGIN, false);
  assert.ok(view.zoom * 12 >= 11);
  assert.equal(view.x, 40);
  assert.equal(isWhollyIn(size, ROOM, view), false);
});

test('the target is in view, without empty space after the last node', () => {
  const size = { width: 2800, height: 44 };
  const middle = firstView(size, ROOM, { x: 1400, y: 0 }, false);
  assert.equal((1400 + 95) * middle.zoom + middle.x, 400);
  const last = firstView(size, ROOM, { x: 2610, y: 0 }, false);
  assert.equal(Math.round(2800 * last.zoom + last.x), 760);
});

test('a slightly too large graph is scaled down to fit', () => {
  const size = { width: 750, height: 100 };
  const view = firstView(size, ROOM, ORIGIN, false);
  assert.equal(view.zoom, 720 / 750);
  assert.ok(isWhollyIn(size, ROOM, view));
});
