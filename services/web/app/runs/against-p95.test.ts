import assert from 'node:assert/strict';
import { test } from 'node:test';
import { againstP95, p95ByWorkflow } from './against-p95.ts';

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
