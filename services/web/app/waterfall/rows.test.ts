import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pluck } from '@aio/platform/testing/pluck';
import { at, attemptOf, stepOf } from '../../test/samples.ts';
import type { Run } from '../../shared/api.ts';
import { openSteps, rowsOf, moveFor } from './rows.ts';

const keys = (...args: Parameters<typeof rowsOf>): string[] =>
  rowsOf(...args).map((row) => row.key);
const none = new Map();

test('steps stand in the order they became ready, pending ones last as defined', () => {
  const steps = [
    stepOf('pendingFirst'),
    stepOf('late', { readyAt: at(200) }),
    stepOf('pendingSecond'),
    stepOf('early', { readyAt: at(100) }),
  ];
  const order = ['early', 'late', 'pendingFirst', 'pendingSecond'];
  assert.deepEqual(keys(steps, none, new Set()), order);
});

test('steps reused from an earlier run come first', () => {
  const steps = [stepOf('now', { readyAt: at(0) }), stepOf('before', { resolution: 'reused' })];
  assert.deepEqual(keys(steps, none, new Set()), ['before', 'now']);
});

test('a retry does not move a step down: its first attempt places it', () => {
  const attempts = [attemptOf(1, [50, 60, 70])];
  const steps = [
    stepOf('other', { readyAt: at(100) }),
    stepOf('retried', { firstReadyAt: at(50), readyAt: at(900), attempts }),
  ];
  assert.deepEqual(keys(steps, none, new Set()), ['retried', 'other']);
});

test('an open map shows its loaded items, then a line to load more', () => {
  const map = stepOf('each', { kind: 'map', itemsTotal: 3 });
  const items = [0, 1].map((iteration) => stepOf('each', { iteration }));
  const loaded = new Map([['each', { items, nextCursor: 'c', isLoading: false }]]);
  assert.deepEqual(keys([map], loaded, new Set(['each'])), ['each', 'each[0]', 'each[1]', 'each+']);
  assert.deepEqual(keys([map], loaded, new Set()), ['each']);
});

test('a map whose items are all loaded has no line to load more', () => {
  const map = stepOf('each', { kind: 'map', itemsTotal: 1 });
  const items = [stepOf('each', { iteration: 0 })];
  const loaded = new Map([['each', { items, nextCursor: null, isLoading: false }]]);
  assert.deepEqual(keys([map], loaded, new Set(['each'])), ['each', 'each[0]']);
});

test('a step with a child run opens to the steps of that run, at any depth', () => {
  const inner = stepOf('inner', { kind: 'workflow', childRunId: 'run-2' });
  const parent = stepOf('outer', { kind: 'workflow', childRunId: 'run-1' });
  const run = { steps: [stepOf('last'), { ...inner, readyAt: at(0) }] } as Run;
  const children = new Map([['run-1', { run, isGone: false }]]);
  assert.deepEqual(keys([parent], none, new Set()), ['outer']);
  const rows = rowsOf([parent], none, new Set(), children);
  assert.deepEqual(pluck(rows, 'key', 'level', 'canExpand'), [
    ['outer', 1, true],
    ['outer/inner', 2, true],
    ['outer/last', 2, false],
  ]);
  children.set('run-2', { run: null as unknown as Run, isGone: false });
  const lines = ['outer', 'outer/inner', 'outer/inner/', 'outer/last'];
  assert.deepEqual(keys([parent], none, new Set(), children), lines);
  assert.deepEqual(pluck(openSteps([parent, stepOf('z')], children), 'id'), ['last', 'inner', 'z']);
});

test('only a map with items opens', () => {
  const rows = rowsOf([stepOf('a'), stepOf('m', { kind: 'map', itemsTotal: 0 })], none, new Set());
  assert.ok(rows.every((row) => !row.canExpand));
});

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
