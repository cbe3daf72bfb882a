import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stepOf } from '../../test/samples.ts';
import { countStates, filterRows, readFilter, writeFilter, type StepFilter } from './filter.ts';
import { rowsOf } from './rows.ts';

const itemsByStatus = { failed: 1, running: 2 };
const map = stepOf('each', { kind: 'map', itemsTotal: 3, itemsByStatus });
const items = [
  stepOf('each', { iteration: 0, kind: 'llm', status: 'failed' }),
  stepOf('each', { iteration: 1, kind: 'llm', status: 'running' }),
];
const steps = [
  stepOf('fetch', { status: 'failed' }),
  map,
  stepOf('order', { kind: 'workflow', status: 'waiting', childStatus: 'running' }),
  stepOf('done', { status: 'succeeded' }),
];
const loaded = new Map([['each', { items, nextCursor: 'c', isLoading: false }]]);
const rows = rowsOf(steps, loaded, new Set(['each']));
const shown = (filter: Partial<StepFilter>): string[] =>
  filterRows(rows, { text: '', state: 'all', ...filter }).map(({ key }) => key);

test('nothing is filtered without a filter', () => {
  assert.equal(filterRows(rows, { text: ' ', state: 'all' }), rows);
});

test('a line matches by its name or kind, and keeps its parents', () => {
  assert.deepEqual(shown({ text: 'FETCH' }), ['fetch']);
  assert.deepEqual(shown({ text: 'each[1]' }), ['each', 'each[1]']);
  assert.deepEqual(shown({ text: 'llm' }), ['each', 'each[0]', 'each[1]']);
  assert.deepEqual(shown({ text: 'workflow' }), ['order']);
  assert.deepEqual(shown({ text: 'nothing' }), []);
});

test('a map is in the states of its items, a step in that of its child run', () => {
  assert.deepEqual(shown({ state: 'failed' }), ['fetch', 'each', 'each[0]', 'each+']);
  assert.deepEqual(shown({ state: 'running' }), ['each', 'each[1]', 'each+', 'order']);
  assert.deepEqual(shown({ state: 'failed', text: 'fetch' }), ['fetch']);
  assert.deepEqual(countStates(steps), { all: 4, failed: 2, running: 2 });
});

test('the address says what is shown', () => {
  const filter: StepFilter = { text: 'each', state: 'failed' };
  assert.deepEqual(writeFilter(filter), { find: 'each', state: 'failed' });
  assert.deepEqual(readFilter(writeFilter(filter)), filter);
  assert.deepEqual(writeFilter({ text: ' ', state: 'all' }), {});
  assert.deepEqual(readFilter({ state: 'odd' }), { text: '', state: 'all' });
});
