import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stepOf } from '../../test/samples.ts';
import { moveFor } from './navigate.ts';
import { rowsOf } from './rows.ts';

const map = stepOf('each', { kind: 'map', itemsTotal: 2 });
const items = [0, 1].map((iteration) => stepOf('each', { iteration }));
const loaded = new Map([['each', { items, nextCursor: null, isLoading: false }]]);
const open = rowsOf([stepOf('a'), map, stepOf('z')], loaded, new Set(['each'])); // a each [0] [1] z
const closed = rowsOf([stepOf('a'), map], loaded, new Set());

test('up and down move one line and stop at the ends', () => {
  assert.deepEqual(moveFor('ArrowDown', open, -1), { type: 'select', index: 0 });
  assert.deepEqual(moveFor('ArrowDown', open, 4), { type: 'select', index: 4 });
  assert.deepEqual(moveFor('ArrowUp', open, 0), { type: 'select', index: 0 });
  assert.deepEqual(moveFor('PageDown', open, 0), { type: 'select', index: 4 });
  assert.deepEqual(moveFor('End', open, 0), { type: 'select', index: 4 });
  assert.deepEqual(moveFor('Home', open, 4), { type: 'select', index: 0 });
});

test('right opens a map, then goes into it; left closes it', () => {
  assert.deepEqual(moveFor('ArrowRight', closed, 1), { type: 'open', index: 1 });
  assert.deepEqual(moveFor('ArrowRight', open, 1), { type: 'select', index: 2 });
  assert.deepEqual(moveFor('ArrowLeft', open, 1), { type: 'close', index: 1 });
});

test('left on an item goes to its map', () => {
  assert.deepEqual(moveFor('ArrowLeft', open, 3), { type: 'select', index: 1 });
});

test('other keys, plain steps and an empty list do nothing', () => {
  assert.equal(moveFor('x', open, 0), null);
  assert.equal(moveFor('ArrowRight', open, 0), null);
  assert.equal(moveFor('ArrowDown', [], -1), null);
});
