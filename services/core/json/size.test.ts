import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { exceedsDepth, measureJsonBytes } from './size.ts';

test('measures what JSON.stringify writes', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      assert.equal(measureJsonBytes(value), Buffer.byteLength(JSON.stringify(value)));
    }),
  );
});

test('stops at the limit, even for repeated shared parts', () => {
  let shared: unknown = ['x'];
  for (let level = 0; level < 60; level++) shared = [shared, shared];
  assert.equal(measureJsonBytes(shared, 1_000), Infinity);
  assert.equal(measureJsonBytes('abc', 5), 5);
  assert.equal(measureJsonBytes('abc', 4), Infinity);
});

test('depth counts containers', () => {
  assert.equal(exceedsDepth([[]], 2), false);
  assert.equal(exceedsDepth([[1]], 1), true);
  assert.equal(exceedsDepth([[]], 1), true);
  assert.equal(exceedsDepth('x', 0), false);
});
