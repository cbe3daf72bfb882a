import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validate, version } from 'uuid';
import { createSeries } from '@aio/runtime/testing/series';
import { countSubmitted, newRunId } from './new-run.ts';

test('ids are unique UUIDv7', () => {
  const before = Date.now();
  const ids = Array.from({ length: 1000 }, newRunId);
  const after = Date.now();
  assert.equal(new Set(ids.map((id) => id.slice(14))).size, ids.length);
  for (const id of ids) {
    assert.ok(validate(id) && version(id) === 7, id);
    const ms = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
    assert.ok(ms >= before && ms <= after, id);
  }
});

test("an owner of a hundred workflows leaves room for another's", async () => {
  const { metrics, series } = createSeries('api');
  for (let n = 0; n < 100; n += 1) countSubmitted(metrics, { workflow: `b${n}`, owner: 'builder' });
  countSubmitted(metrics, { workflow: 'order', owner: 'ada' });
  const submitted = await series('aio_runs_submitted_total');
  assert.ok(submitted.includes('aio_runs_submitted_total{workflow="order"} 1'));
});
