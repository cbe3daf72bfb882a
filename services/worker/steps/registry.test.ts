import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LANE_KINDS, STEP_KINDS } from '@aio/catalog/metrics/labels';
import { isLaneKind, STEP_KIND_NAMES } from '@aio/core/definition/kinds/registry';

test('the catalogue lists the kinds and those in lanes', () => {
  assert.deepEqual(STEP_KINDS, STEP_KIND_NAMES);
  assert.deepEqual(LANE_KINDS, STEP_KIND_NAMES.filter(isLaneKind));
});
