import assert from 'node:assert/strict';
import { test } from 'node:test';
import { moveInGrid, shadeOf } from './grid.ts';

test('a cell gets darker with its time, compared with the P95 of its step', () => {
  assert.deepEqual(
    [25, 26, 51, 100, 101].map((ms) => shadeOf(ms, 100)),
    [1, 2, 3, 3, 4],
  );
  assert.deepEqual([shadeOf(null, 100), shadeOf(5, null), shadeOf(0, 0)], [null, null, 1]);
});

test('keys move through the cells, and stop at the edges', () => {
  const size = { rows: 20, columns: 3 };
  const press = (key: string, row: number, column: number, ctrlKey = false) =>
    moveInGrid({ key, ctrlKey }, { row, column }, size);
  assert.deepEqual(press('ArrowUp', 0, 1), { row: -1, column: 1 }, 'the heads of runs');
  assert.deepEqual(press('ArrowUp', -1, 1), { row: -1, column: 1 });
  assert.deepEqual(press('ArrowRight', 3, 2), { row: 3, column: 2 });
  assert.deepEqual(press('PageDown', 15, 0), { row: 19, column: 0 });
  assert.deepEqual(press('Home', 4, 2), { row: 4, column: 0 });
  assert.deepEqual(press('End', 4, 0, true), { row: 19, column: 2 });
  assert.equal(press('Enter', 0, 0), null);
});
