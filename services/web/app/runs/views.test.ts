import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFilters, writeFilters } from './filters.ts';
import { builtInViews, isSameQuery, withView } from './views.ts';

test('a built-in view is what the address says when it is chosen', () => {
  for (const query of Object.values(builtInViews(Date.now(), 'ada')))
    assert.ok(isSameQuery(writeFilters(readFilters(query)), query));
  assert.ok(!isSameQuery({ q: 'a' }, {}));
  assert.ok(!isSameQuery({ q: 'a' }, { owner: 'a' }));
});

test('a view is added, replaces one of its name, and is renamed in its place', () => {
  const [a, b] = [
    { name: 'a', query: { q: '1' } },
    { name: 'b', query: { q: '2' } },
  ];
  assert.deepEqual(withView([a], b), [a, b]);
  const changed = { name: 'a', query: { q: '3' } };
  assert.deepEqual(withView([a, b], changed), [changed, b]);
  const renamed = { name: 'c', query: a.query };
  assert.deepEqual(withView([a, b], renamed, 'a'), [renamed, b]);
  assert.deepEqual(withView([a, b], { ...a, name: 'b' }, 'a'), [{ ...a, name: 'b' }]);
  assert.deepEqual(withView([a, b], a, 'a'), [a, b]);
});
