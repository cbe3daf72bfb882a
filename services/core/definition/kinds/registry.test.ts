import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_LANE } from './kind.ts';
import {
  EXPANDING_KIND_NAMES,
  expandsItems,
  isStepKind,
  LANE_SLOTS,
  LANES,
  STEP_KIND_NAMES,
  stepKind,
  waitsForOf,
  WORK_KIND_NAMES,
} from './registry.ts';

test('finds a kind by its name, and ignores properties of prototypes', () => {
  for (const name of STEP_KIND_NAMES) assert.equal(stepKind(name).kind, name);
  assert.equal(isStepKind('constructor'), false);
  assert.equal(expandsItems('constructor'), false);
  assert.equal(waitsForOf('constructor'), null);
});

test('every kind is executed or expanded', () => {
  assert.deepEqual(
    [...WORK_KIND_NAMES, ...EXPANDING_KIND_NAMES].toSorted(),
    STEP_KIND_NAMES.toSorted(),
  );
});

test('a kind has slots if it has a separate lane', () => {
  for (const name of STEP_KIND_NAMES) {
    const { lane, slots } = stepKind(name);
    assert.equal(slots === null, lane === DEFAULT_LANE, name);
  }
  assert.deepEqual(
    [...LANE_SLOTS.keys()],
    LANES.filter((lane) => lane !== DEFAULT_LANE),
  );
  assert.equal(LANE_SLOTS.get(stepKind('http').lane), stepKind('http').slots);
});
