import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSlow, p95ByWorkflow, starterOf } from './row.ts';
import { readFilters, writeFilters } from './filters.ts';
import { builtInViews, isSameQuery } from './views.ts';

test('a run is slow above the P95 of its workflow, unless it waits', () => {
  assert.equal(isSlow(100, 100, 'succeeded'), false);
  assert.equal(isSlow(101, 100, 'running'), true);
  assert.equal(isSlow(101, 100, 'waiting'), false);
  assert.equal(isSlow(101, null, 'running'), false);
});

test('a workflow has a P95 from ten finished runs on', () => {
  const workflow = { name: 'a', succeeded: 6, failed: 4, p95DurationMs: 100 };
  assert.deepEqual([...p95ByWorkflow([workflow])], [['a', 100]]);
  assert.deepEqual([...p95ByWorkflow([{ ...workflow, succeeded: 5 }])], []);
  assert.deepEqual([...p95ByWorkflow([{ ...workflow, p95DurationMs: null }])], []);
});

test('names of starters are short, icons tell programs from people', () => {
  const program = starterOf({ who: 'service-account-aio-machine', via: 'bearer' });
  assert.deepEqual(program, { name: 'aio-machine', icon: 'i-lucide-bot' });
  const person = starterOf({ who: 'ada@example.com', via: 'session' });
  assert.deepEqual(person, { name: 'ada', icon: 'i-lucide-user-round' });
  for (const who of ['local', '@ada', 'service-account-'])
    assert.deepEqual(starterOf({ who, via: null }), { name: who, icon: null });
});

test('a built-in view is what the address says when it is chosen', () => {
  for (const query of Object.values(builtInViews(Date.now(), 'ada')))
    assert.ok(isSameQuery(writeFilters(readFilters(query)), query));
  assert.ok(!isSameQuery({ q: 'a' }, {}));
  assert.ok(!isSameQuery({ q: 'a' }, { owner: 'a' }));
});
