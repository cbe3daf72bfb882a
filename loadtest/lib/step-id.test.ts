import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toStepId } from './step-id.ts';

const STEP_ID = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

test('a valid step id stays as it is', () => {
  assert.equal(toStepId('mProject_ID0000001'), 'mProject_ID0000001');
});

test('any other text becomes a unique step id', () => {
  const long = 'x'.repeat(71);
  const texts = ['a-b', 'a.b', 'a b', 'a_b', '1st', '', 'ä', long, `${long}y`, `${long}z`];
  const ids = texts.map(toStepId);
  for (const id of ids) assert.match(id, STEP_ID);
  assert.equal(new Set(ids).size, texts.length);
  assert.deepEqual(texts.map(toStepId), ids);
});
