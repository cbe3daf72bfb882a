import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCounts } from '../counts.ts';

function takeAll(counts: ReturnType<typeof createCounts>): unknown[] {
  const taken: unknown[] = [];
  counts.take((labels, value) => taken.push([labels, value]));
  return taken;
}

test('increments are summed by their labels, whatever their order, until they are taken', () => {
  const counts = createCounts(['kind', 'outcome']);
  counts.add({ kind: 'http', outcome: 'failed' }, 1);
  counts.add({ outcome: 'failed', kind: 'http' }, 2);
  counts.add({ kind: 'llm', outcome: 'failed' }, 1);
  assert.deepEqual(takeAll(counts), [
    [{ kind: 'http', outcome: 'failed' }, 3],
    [{ kind: 'llm', outcome: 'failed' }, 1],
  ]);
  assert.deepEqual(takeAll(counts), []);
  counts.add({ kind: 'llm', outcome: 'failed' }, 4);
  assert.deepEqual(takeAll(counts), [[{ kind: 'llm', outcome: 'failed' }, 4]]);
});

test('a counter without labels is one sum', () => {
  const counts = createCounts([]);
  counts.add({}, 1);
  counts.add({}, 1);
  assert.deepEqual(takeAll(counts), [[{}, 2]]);
});

test('what would make a counter fall is refused where it happens, not at the scrape', () => {
  const counts = createCounts(['kind']);
  for (const value of [-1, Number.NaN]) {
    assert.throws(() => counts.add({ kind: 'http' }, value), /cannot be increased/);
  }
  assert.deepEqual(takeAll(counts), []);
});

test('what is removed is forgotten by all labels that have the value, whichever of them it is', () => {
  for (const [name, value] of [
    ['kind', 'http'],
    ['outcome', 'failed'],
  ] as const) {
    const counts = createCounts(['kind', 'outcome']);
    const sets = [
      { kind: 'http', outcome: 'failed' },
      { kind: 'http', outcome: 'succeeded' },
      { kind: 'llm', outcome: 'failed' },
    ];
    for (const labels of sets) counts.add(labels, 1);
    const removed = counts.remove(name, value);
    assert.deepEqual(
      removed,
      sets.filter((labels) => labels[name] === value),
    );
    assert.deepEqual(
      takeAll(counts),
      sets.filter((labels) => labels[name] !== value).map((labels) => [labels, 1]),
    );
    assert.deepEqual(counts.remove(name, value), []);
    assert.deepEqual(counts.remove('model', 'x'), []);
  }
});
