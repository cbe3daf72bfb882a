import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pluck } from '@aio/platform/testing/pluck';
import { examplesOf, fitsForm } from './examples.ts';
import { fieldsOf } from './field.ts';

test('the examples of a schema are numbered where there are several', () => {
  assert.deepEqual(examplesOf({ examples: [{ who: 'ada' }] }), [
    { label: 'Example', input: { who: 'ada' } },
  ]);
  assert.deepEqual(pluck(examplesOf({ examples: [1, 2] }), 'label'), ['Example 1', 'Example 2']);
});

test('a schema without a list of examples has none', () => {
  assert.deepEqual(examplesOf(undefined), []);
  assert.deepEqual(examplesOf({}), []);
  assert.deepEqual(examplesOf(JSON.parse('{"examples": "ada"}')), []);
});

test('an input fits a form that has a field for each of its properties', () => {
  const fields = fieldsOf({ properties: { who: {}, mood: {} } })!;
  assert.equal(fitsForm({ who: 'ada' }, fields), true);
  for (const input of [{ who: 'ada', age: 36 }, ['ada'], 'ada', null])
    assert.equal(fitsForm(input, fields), false, JSON.stringify(input));
});
