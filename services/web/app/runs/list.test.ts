import assert from 'node:assert/strict';
import { test } from 'node:test';
import { againstP95, p95ByWorkflow, starterOf } from './row.ts';
import { readFilters, writeFilters } from './filters.ts';
import { builtInViews, isSameQuery, withView } from './views.ts';
import { pluck } from '@aio/platform/testing/pluck';
import type { RunStatus, RunSummary } from '../../shared/api.ts';
import { mergeRun, holdRows } from './live-rows.ts';

test('a bar ends at twice the P95', () => {
  assert.deepEqual(againstP95(50, 100), { percent: 25, isSlower: false });
  assert.deepEqual(againstP95(100, 100), { percent: 50, isSlower: false });
  assert.deepEqual(againstP95(101, 100), { percent: 50.5, isSlower: true });
  assert.deepEqual(againstP95(900, 100), { percent: 100, isSlower: true });
  assert.deepEqual(againstP95(1, 0), { percent: 100, isSlower: true });
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

function runOf(id: string, status: RunStatus = 'running'): RunSummary {
  const createdAt = '2026-11-25T12:00:00.000Z';
  return { id, status, workflow: { name: 'w', version: 1 }, parent: null, createdAt } as RunSummary;
}

const options = { nowMs: Date.parse('2026-11-25T12:00:00Z'), limit: 3 };
const ids = (runs: RunSummary[]): string[] => runs.map((run) => run.id);

test('a known run is replaced where it stands', () => {
  const merged = mergeRun([runOf('3'), runOf('2')], runOf('2', 'failed'), readFilters({}), options);
  assert.deepEqual(ids(merged), ['3', '2']);
  assert.equal(merged[1]?.status, 'failed');
});

test('a new run goes to its place by time, and the page keeps its length', () => {
  const page = [runOf('5'), runOf('3'), runOf('2')];
  assert.deepEqual(ids(mergeRun(page, runOf('4'), readFilters({}), options)), ['5', '4', '3']);
  assert.deepEqual(ids(mergeRun([], runOf('4'), readFilters({}), options)), ['4']);
});

test('a run that no longer matches leaves the list', () => {
  const filters = readFilters({ status: 'running' });
  assert.deepEqual(ids(mergeRun([runOf('2')], runOf('2', 'succeeded'), filters, options)), []);
  assert.deepEqual(ids(mergeRun([runOf('2')], runOf('3', 'succeeded'), filters, options)), ['2']);
});

test('a search finds new runs only when it is made again', () => {
  const filters = readFilters({ q: 'disk' });
  assert.deepEqual(ids(mergeRun([runOf('2')], runOf('3'), filters, options)), ['2']);
  const [changed] = mergeRun([runOf('2')], runOf('2', 'failed'), filters, options);
  assert.equal(changed?.status, 'failed');
});

test('an older page changes but does not grow', () => {
  const filters = readFilters({ cursor: 'x' });
  assert.deepEqual(ids(mergeRun([runOf('2')], runOf('3'), filters, options)), ['2']);
});

test('a child run stays out, and its parent says that it has one', () => {
  const child = { ...runOf('4'), parent: { runId: '2', step: 'a', iteration: null } };
  const merged = mergeRun([runOf('3'), runOf('2')], child, readFilters({}), options);
  assert.deepEqual(ids(merged), ['3', '2']);
  assert.deepEqual(pluck(merged, 'childRuns'), [undefined, true]);
});

test('a listed run of an owner stays, however the address calls the owner', () => {
  const filters = readFilters({ owner: 'subject-of-ada' });
  const run = { ...runOf('2'), owner: 'ada' };
  assert.deepEqual(ids(mergeRun([run], { ...run, status: 'failed' }, filters, options)), ['2']);
});

test('rows stay where they are and change, new runs are counted', () => {
  const latest = [runOf('6'), runOf('5'), runOf('4', 'failed')];
  const { rows, news } = holdRows([runOf('4'), runOf('3')], latest);
  assert.deepEqual(rows, [runOf('4', 'failed'), runOf('3')]);
  assert.equal(news, 2);
});

test('every run is new to an empty list', () => {
  assert.deepEqual(holdRows([], [runOf('1')]), { rows: [], news: 1 });
});
