import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pluck } from '@aio/platform/testing/pluck';
import type { JsonSchema } from '../../shared/api.ts';
import { fieldsOf } from './fields.ts';
import { draftOf, readInput } from './read-input.ts';

const schema: JsonSchema = {
  type: 'object',
  required: ['alert', 'level'],
  properties: {
    alert: { type: 'string' },
    count: { type: 'integer', default: 3 },
    dryRun: { type: 'boolean' },
    level: { enum: ['low', 'high', null] },
    tags: { type: 'array', default: ['a'] },
  },
};
const fields = fieldsOf(schema)!;

test('presets fill the form', () => {
  assert.deepEqual(draftOf(fields), {
    alert: undefined,
    count: '3',
    dryRun: false,
    level: undefined,
    tags: '[\n  "a"\n]',
  });
});

test('typed text becomes values of the schema’s types; empty fields are left out', () => {
  const draft = { alert: 'cpu', count: '', dryRun: true, level: 1, tags: '["x", 2]' };
  assert.deepEqual(readInput(fields, draft), {
    input: { alert: 'cpu', dryRun: true, level: 'high', tags: ['x', 2] },
    faults: [],
  });
});

test('every unreadable field is named at once', () => {
  const { faults } = readInput(fields, { alert: '', count: 'many', tags: '[1,' });
  assert.deepEqual(pluck(faults, 'pointer', 'rule'), [
    ['/alert', 'required'],
    ['/count', 'type'],
    ['/level', 'required'],
    ['/tags', 'json'],
  ]);
});

test('an input goes into the form and comes out the same', () => {
  const input = { alert: 'cpu', count: 2, dryRun: false, level: null, tags: [] };
  assert.deepEqual(readInput(fields, draftOf(fields, input)).input, input);
});

test('a field called __proto__ is a field', () => {
  const odd = fieldsOf({ properties: JSON.parse('{"__proto__": {"type": "string"}}') })!;
  const { input } = readInput(odd, JSON.parse('{"__proto__": "x"}'));
  assert.equal(JSON.stringify(input), '{"__proto__":"x"}');
});
