import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shortTarget, targetPage } from './entries.ts';
import { readFilters, requestQuery, writeFilters } from './filters.ts';

const RUN = 'runs/01930000-0000-7000-8000-000000abcdef';

test('a target links to its page, if it has one', () => {
  assert.equal(targetPage(RUN), `/${RUN}`);
  assert.equal(targetPage('workflows/triage'), '/workflows/triage');
  assert.equal(targetPage('secrets/pager_token'), '/settings/secrets');
  assert.equal(targetPage('queues/http'), '/health/queues');
  assert.equal(targetPage('game-days'), '/health/game-days');
  for (const target of ['users/0b1f', 'approvals/0199', 'events/0199', null])
    assert.equal(targetPage(target), null);
});

test('ids are shortened, names are not', () => {
  assert.equal(shortTarget(RUN), 'runs/…abcdef');
  assert.equal(shortTarget('workflows/triage'), 'workflows/triage');
  assert.equal(shortTarget(null), 'the system');
});

const NOW = Date.parse('2026-11-25T12:00:00Z');
const QUERY = { who: 'ada@example.com', action: 'cancelRun', target: 'runs/1', since: '1h' };

test('filters survive the address', () => {
  assert.deepEqual(writeFilters(readFilters(QUERY)), QUERY);
  const query = { cursor: 'x', since: 'ever', who: '' };
  assert.deepEqual(writeFilters(readFilters(query)), { cursor: 'x' });
});

test('filters become the API’s query parameters', () => {
  assert.deepEqual(requestQuery(readFilters(QUERY), NOW, 50), {
    who: 'ada@example.com',
    action: 'cancelRun',
    target: 'runs/1',
    after: '2026-11-25T11:00:00.000Z',
    limit: '50',
  });
  const span = { from: '2026-11-01T00:00:00.000Z', to: '2026-11-02T00:00:00.000Z', cursor: 'c' };
  assert.deepEqual(requestQuery(readFilters(span), NOW, 50), {
    after: span.from,
    before: span.to,
    limit: '50',
    cursor: 'c',
  });
});
