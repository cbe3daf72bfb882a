import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunStatus, RunSummary } from '../../shared/api.ts';
import { holdRows } from './hold-rows.ts';

const runOf = (id: string, status: RunStatus = 'running') => ({ id, status }) as RunSummary;

test('rows stay where they are and change, new runs are counted', () => {
  const latest = [runOf('6'), runOf('5'), runOf('4', 'failed')];
  const { rows, news } = holdRows([runOf('4'), runOf('3')], latest);
  assert.deepEqual(rows, [runOf('4', 'failed'), runOf('3')]);
  assert.equal(news, 2);
});

test('every run is new to an empty list', () => {
  assert.deepEqual(holdRows([], [runOf('1')]), { rows: [], news: 1 });
});
