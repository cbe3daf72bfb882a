import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GAME_DAYS_ACCOUNT } from '@aio/catalog/game-days';
import type { RunSummary } from '../../shared/api.ts';
import { matchesFilters, readFilters, requestQuery, writeFilters } from './filters.ts';

const now = Date.parse('2026-11-25T12:00:00.000Z');

test('filters survive the way through the address', () => {
  const query = {
    q: 'disk full',
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
  const filters = readFilters({ status: 'failed,exploded', since: 'toString', from: 'yesterday' });
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

test('child runs stand under their parents, unless the address says or finds otherwise', () => {
  const parentOf = (query: Record<string, string>): string | undefined =>
    requestQuery(readFilters(query), now, 50)['parent'];
  assert.equal(parentOf({ status: 'failed', owner: 'ada' }), 'none');
  assert.equal(parentOf({ parent: 'r1' }), 'r1');
  for (const query of [{ flat: '1' }, { q: 'disk' }, { workflow: 'triage' }])
    assert.equal(parentOf(query as Record<string, string>), undefined);
});

test('a changed run is checked against the same filters', () => {
  const run = {
    workflow: { name: 'triage', version: 1 },
    status: 'failed',
    createdAt: '2026-11-25T11:30:00.000Z',
    parent: { runId: 'r1', step: 'a', iteration: null },
    owner: 'ada',
    durationMs: 1500,
    costUsd: null,
    unpricedCalls: 0,
  } as RunSummary;
  const matches = (query: Record<string, string>): boolean =>
    matchesFilters(run, readFilters(query), now);
  assert.ok(!matches({}), 'it stands under its parent');
  assert.ok(matches({ flat: '1' }));
  assert.ok(matchesFilters({ ...run, parent: null }, readFilters({}), now));
  assert.ok(matches({ flat: '1', owner: 'ada', minDurationMs: '1500' }));
  assert.ok(!matches({ flat: '1', owner: 'grace' }));
  assert.ok(!matches({ flat: '1', minDurationMs: '1501' }));
  assert.ok(!matches({ flat: '1', minCostUsd: '0.01' }));
  assert.ok(matches({ workflow: 'triage', status: 'failed', since: '1h' }));
  assert.ok(matches({ parent: 'r1' }));
  assert.ok(!matches({ parent: 'r2' }));
  assert.ok(!matches({ workflow: 'other' }));
  assert.ok(!matches({ flat: '1', status: 'running' }));
  assert.ok(!matches({ flat: '1', since: '15m' }));
  assert.ok(!matches({ flat: '1', from: '2026-11-25T11:45:00Z' }));
  assert.ok(!matches({ flat: '1', to: '2026-11-25T11:30:00Z' }));
});

test('runs of game days match only if a filter asks for them', () => {
  const createdAt = new Date(now).toISOString();
  const run = { owner: GAME_DAYS_ACCOUNT.name, createdAt, parent: null, workflow: { name: 'w' } };
  const matches = (query: Record<string, string>) =>
    matchesFilters(run as RunSummary, readFilters(query), now);
  assert.equal(matches({}), false);
  for (const query of [{ gameDays: 'true' }, { workflow: 'w' }, { owner: run.owner }])
    assert.equal(matches(query), true, JSON.stringify(query));
});
