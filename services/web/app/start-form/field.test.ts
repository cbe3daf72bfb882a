import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fieldsOf } from './field.ts';

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
