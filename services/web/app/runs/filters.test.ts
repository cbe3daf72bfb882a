import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findIn, readFilters, requestQuery, writeFilters } from './filters.ts';

const now = Date.parse('2026-11-25T12:00:00.000Z');

test('filters survive the way through the address', () => {
  const query = {
    q: '6a4201e8',
    'label.customer': 'a=b & c',
    workflow: 'triage',
    parent: 'r1',
    owner: 'ada',
    minDurationMs: '1500',
    minCostUsd: '0.05',
    status: 'running,failed',
    gameDays: 'true',
    flat: '1',
    since: '1h',
    cursor: 'abc',
  };
  assert.deepEqual(writeFilters(readFilters(query)), query);
  const range = { from: '2026-11-24T00:00:00.000Z', to: '2026-11-25T00:00:00.000Z' };
  assert.deepEqual(writeFilters(readFilters(range)), range);
});

test('invalid filters of an address are ignored', () => {
  const query = {
    q: 'disk',
    'label.A': 'x',
    'label.a': '',
    status: 'failed,exploded',
    since: 'toString',
    from: 'yesterday',
  };
  const filters = readFilters(query);
  assert.deepEqual([filters.q, filters.labels], [null, {}]);
  assert.deepEqual(filters.statuses, ['failed']);
  assert.equal(filters.since, null);
  assert.equal(filters.from, null);
  for (const none of ['-1', '0', '1e13', 'long', ''])
    assert.equal(readFilters({ minDurationMs: none }).minDurationMs, null, none);
  assert.deepEqual(readFilters({ workflow: ['a', 'b'], status: null }).workflow, 'a');
});

test('the API is asked for a fixed moment, and a period outranks a range', () => {
  const filters = readFilters({ since: '24h', to: '2026-11-25T00:00:00Z' });
  assert.deepEqual(requestQuery(filters, now, 50), {
    parent: 'none',
    createdAfter: '2026-11-24T12:00:00.000Z',
    limit: '50',
  });
});

test('child runs are left out, unless the address says or finds otherwise', () => {
  const parentOf = (query: Record<string, string>): string | undefined =>
    requestQuery(readFilters(query), now, 50)['parent'];
  assert.equal(parentOf({ status: 'failed', owner: 'ada' }), 'none');
  assert.equal(parentOf({ parent: 'r1' }), 'r1');
  for (const query of [
    { flat: '1' },
    { q: '6a4201e8' },
    { 'label.a': 'b' },
    { workflow: 'triage' },
  ])
    assert.equal(parentOf(query as Record<string, string>), undefined);
});

test('a text finds an id or a label', () => {
  assert.deepEqual(findIn(' 6A4201E8 '), { q: '6a4201e8' });
  assert.deepEqual(findIn('customer = a=b '), { labels: { customer: 'a=b' } });
  for (const text of ['', 'disk', 'Customer=1', 'customer=', `a=${'x'.repeat(101)}`])
    assert.equal(findIn(text), null, text);
});
