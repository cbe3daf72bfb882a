import assert from 'node:assert/strict';
import { test } from 'node:test';
import { moveIn, type TreeLine } from './move.ts';

const line = (depth: number, isOpen: boolean | null = null): TreeLine => ({ depth, isOpen });
/** root ( a ( a1 a2 ) b ) */
const LINES = [line(0, true), line(1, true), line(2), line(2), line(1, false)];

test('right opens, then goes to the first child; left closes, then goes to the parent', () => {
  assert.deepEqual(moveIn('ArrowRight', LINES, 4), { type: 'open', index: 4 });
  assert.deepEqual(moveIn('ArrowRight', LINES, 1), { type: 'select', index: 2 });
  assert.equal(moveIn('ArrowRight', LINES, 2), null);
  assert.deepEqual(moveIn('ArrowLeft', LINES, 1), { type: 'close', index: 1 });
  assert.deepEqual(moveIn('ArrowLeft', LINES, 3), { type: 'select', index: 1 });
  assert.deepEqual(moveIn('ArrowLeft', LINES, 4), { type: 'select', index: 0 });
  assert.equal(moveIn('ArrowLeft', [line(0, false)], 0), null);
});

test('other moves stop at the ends', () => {
  assert.deepEqual(moveIn('ArrowDown', LINES, -1), { type: 'select', index: 0 });
  assert.deepEqual(moveIn('PageDown', LINES, 1), { type: 'select', index: 4 });
  assert.deepEqual(moveIn('PageUp', LINES, 1), { type: 'select', index: 0 });
  assert.equal(moveIn('Home', [], -1), null);
});
