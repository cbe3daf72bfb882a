import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  layOut,
  NODE_HEIGHT,
  NODE_WIDTH,
  stepByKey,
  firstView,
  isWhollyIn,
  sizeOf,
} from './layout.ts';

const DIAMOND = [
  { id: 'first', needs: [] },
  { id: 'up', needs: ['first'] },
  { id: 'down', needs: ['first'] },
  { id: 'last', needs: ['up', 'down'] },
];
const chain = (length: number) =>
  Array.from({ length }, (_, n) => ({ id: `s${n}`, needs: n === 0 ? [] : [`s${n - 1}`] }));
const fan = (width: number) => [
  { id: 'root', needs: [] },
  ...Array.from({ length: width }, (_, n) => ({ id: `s${n}`, needs: ['root'] })),
];

test('steps do not overlap, and each is after the steps it needs', () => {
  for (const steps of [DIAMOND, chain(12), fan(30)]) {
    const { direction, places } = layOut(steps);
    const all = [...places.values()];
    for (const [index, a] of all.entries())
      for (const b of all.slice(index + 1))
        assert.ok(Math.abs(a.x - b.x) >= NODE_WIDTH || Math.abs(a.y - b.y) >= NODE_HEIGHT);
    for (const { id, needs } of steps)
      for (const need of needs) {
        const [before, after] = [places.get(need)!, places.get(id)!];
        assert.ok(direction === 'right' ? before.x < after.x : before.y < after.y, id);
      }
  }
});

test('long graphs go down, wide ones to the right', () => {
  assert.equal(layOut(chain(12)).direction, 'down');
  assert.equal(layOut(fan(30)).direction, 'right');
});

test('keys move along the edges, and to the next step of the same rank', () => {
  for (const direction of ['right', 'down'] as const) {
    const steps = DIAMOND;
    const place = (rank: number, side: number) =>
      direction === 'right' ? { x: rank, y: side } : { x: side, y: rank };
    const places = new Map([
      ['first', place(0, 50)],
      ['up', place(300, 0)],
      ['down', place(300, 100)],
      ['last', place(600, 50)],
    ]);
    const [on, back, next, previous] =
      direction === 'right'
        ? ['ArrowRight', 'ArrowLeft', 'ArrowDown', 'ArrowUp']
        : ['ArrowDown', 'ArrowUp', 'ArrowRight', 'ArrowLeft'];
    const go = (key: string, from: string) => stepByKey(key, from, steps, { direction, places });
    assert.ok(['up', 'down'].includes(go(on, 'first')!));
    assert.equal(go(back, 'up'), 'first');
    assert.equal(go(on, 'last'), null);
    assert.equal(go(next, 'up'), 'down');
    assert.equal(go(previous, 'up'), null);
    assert.equal(go('x', 'first'), null);
    assert.equal(go(on, 'unknown'), null);
  }
});

const ROOM = { width: 800, height: 500 };
const ORIGIN = { x: 0, y: 0 };

test('a small graph is centred at full size', () => {
  const size = sizeOf([ORIGIN, { x: 238, y: 0 }]);
  assert.deepEqual(size, { width: 428, height: 44 });
  assert.deepEqual(firstView(size, ROOM, ORIGIN), { x: 186, y: 228, zoom: 1 });
});

test('a large graph stays readable and shows its beginning', () => {
  const size = { width: 2800, height: 44 };
  const view = firstView(size, ROOM, ORIGIN);
  assert.ok(view.zoom * 12 >= 11);
  assert.equal(view.x, 40);
  assert.equal(isWhollyIn(size, ROOM, view), false);
});

test('the target is in view, without empty space after the last node', () => {
  const size = { width: 2800, height: 44 };
  const middle = firstView(size, ROOM, { x: 1400, y: 0 });
  assert.equal((1400 + 95) * middle.zoom + middle.x, 400);
  const last = firstView(size, ROOM, { x: 2610, y: 0 });
  assert.equal(Math.round(2800 * last.zoom + last.x), 760);
});

test('a slightly too large graph is scaled down to fit', () => {
  const size = { width: 750, height: 100 };
  const view = firstView(size, ROOM, ORIGIN);
  assert.equal(view.zoom, 720 / 750);
  assert.ok(isWhollyIn(size, ROOM, view));
});
