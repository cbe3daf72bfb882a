import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validate, version } from 'uuid';
import { newRunId } from './new-run.ts';

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
