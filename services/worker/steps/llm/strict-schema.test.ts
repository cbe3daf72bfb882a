import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitsStrictMode } from './strict-schema.ts';

const CLOSED = {
  type: 'object',
  properties: { score: { type: 'integer', minimum: 0 }, tags: { type: 'array', items: {} } },
  required: ['score', 'tags'],
  additionalProperties: false,
};

test('closed objects with everything required fit', () => {
  assert.ok(fitsStrictMode(CLOSED));
});

test('open objects, optional properties and other keywords do not fit, at any depth', () => {
  const { additionalProperties: _, ...open } = CLOSED;
  const optional = { ...CLOSED, required: ['score'] };
  const other = { ...CLOSED, properties: { ...CLOSED.properties, score: { not: {} } } };
  for (const schema of [open, optional, other]) {
    assert.ok(!fitsStrictMode(schema));
    const outer = { ...CLOSED, properties: { score: schema, tags: {} } };
    assert.ok(!fitsStrictMode(outer));
    assert.ok(!fitsStrictMode({ ...CLOSED, $defs: { inner: schema } }));
  }
});
