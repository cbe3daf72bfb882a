import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fieldsOf, examplesOf, fitsForm, placeFaults } from './fields.ts';
import { pluck } from '@aio/platform/testing/pluck';
import type { Fault, JsonSchema } from '../../shared/api.ts';
import { draftOf, readInput } from './read-input.ts';

test('each property becomes the control of its type', () => {
  const fields = fieldsOf({
    type: 'object',
    required: ['alert'],
    properties: {
      alert: { type: 'string', title: 'Alert', description: 'What went off' },
      text: { type: 'string', maxLength: 5000 },
      title: { type: 'string', maxLength: 80 },
      at: { type: 'string', format: 'uri' },
      url: { type: 'string', pattern: '^https?://' },
      count: { type: 'integer', default: 3 },
      ratio: { type: 'number' },
      dryRun: { type: 'boolean' },
      level: { enum: ['low', 'high'] },
      tags: { type: 'array' },
      anything: {},
      either: { type: ['string', 'null'] },
    },
  });
  const controls = fields?.map(({ control }) => control).join(' ');
  const texts = 'growingText longText text text text';
  assert.equal(controls, `${texts} number number boolean choice json json json`);
  const alert = { name: 'alert', pointer: '/alert', label: 'Alert', description: 'What went off' };
  const kind = { control: 'growingText', isInteger: false, isRequired: true };
  assert.deepEqual(fields?.[0], { ...alert, ...kind, choices: [], preset: undefined });
  assert.equal(fields?.find(({ name }) => name === 'count')?.preset, 3);
});

test('pointers are escaped as RFC 6901 asks', () => {
  const fields = fieldsOf({ properties: { 'a/b~c': { type: 'string' } } });
  assert.equal(fields?.[0]?.pointer, '/a~1b~0c');
});

test('a schema without named properties is written as JSON', () => {
  assert.equal(fieldsOf(undefined), null);
  assert.equal(fieldsOf({ type: 'array' }), null);
  assert.equal(fieldsOf({ type: 'object' }), null);
});

test('the examples of a schema have names, or numbers where there are several', () => {
  assert.deepEqual(examplesOf({ examples: [{ who: 'ada' }] }), [
    { label: 'Example', input: { who: 'ada' } },
  ]);
  assert.deepEqual(pluck(examplesOf({ examples: [1, 2] }), 'label'), ['Example 1', 'Example 2']);
  const named = { examples: [1, 2], 'x-exampleNames': ['Waits for you'] };
  assert.deepEqual(pluck(examplesOf(named), 'label'), ['Waits for you', 'Example 2']);
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

const fields = fieldsOf({ properties: { tag: {}, tags: {} } })!;
const faultAt = (pointer: string): Fault => ({ pointer, rule: 'type', message: pointer, hint: '' });

function placed(pointers: string[], prefix?: string): Record<string, string[]> {
  const { byField, others } = placeFaults(pointers.map(faultAt), fields, prefix);
  const named = [...byField, ['others', others] as const];
  return Object.fromEntries(named.map(([name, faults]) => [name, faults.map((f) => f.message)]));
}

test('a fault appears at its field, even if it is deep inside', () => {
  assert.deepEqual(placed(['/tags/0/name', '/tag', '/else', '']), {
    tags: ['/tags/0/name'],
    tag: ['/tag'],
    others: ['/else', ''],
  });
});

test('pointers into the request body are read from the input on', () => {
  assert.deepEqual(placed(['/input/tag', '/version'], '/input'), {
    tag: ['/input/tag'],
    others: ['/version'],
  });
});

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
const alertFields = fieldsOf(schema)!;

test('presets fill the form', () => {
  assert.deepEqual(draftOf(alertFields), {
    alert: undefined,
    count: '3',
    dryRun: false,
    level: undefined,
    tags: '[\n  "a"\n]',
  });
});

test('typed text becomes values of the schema’s types; empty fields are left out', () => {
  const draft = { alert: 'cpu', count: '', dryRun: true, level: 1, tags: '["x", 2]' };
  assert.deepEqual(readInput(alertFields, draft), {
    input: { alert: 'cpu', dryRun: true, level: 'high', tags: ['x', 2] },
    faults: [],
  });
});

test('every unreadable field is named at once', () => {
  const { faults } = readInput(alertFields, { alert: '', count: 'many', tags: '[1,' });
  assert.deepEqual(pluck(faults, 'pointer', 'rule'), [
    ['/alert', 'required'],
    ['/count', 'type'],
    ['/level', 'required'],
    ['/tags', 'json'],
  ]);
});

test('an input goes into the form and comes out the same', () => {
  const input = { alert: 'cpu', count: 2, dryRun: false, level: null, tags: [] };
  assert.deepEqual(readInput(alertFields, draftOf(alertFields, input)).input, input);
});

test('a field called __proto__ is a field', () => {
  const odd = fieldsOf({ properties: JSON.parse('{"__proto__": {"type": "string"}}') })!;
  const { input } = readInput(odd, JSON.parse('{"__proto__": "x"}'));
  assert.equal(JSON.stringify(input), '{"__proto__":"x"}');
});
