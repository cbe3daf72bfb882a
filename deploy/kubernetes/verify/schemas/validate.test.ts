import assert from 'node:assert/strict';
import { test } from 'node:test';
import { close, kindKey } from './read-schemas.ts';
import { createValidate } from './validate.ts';

const thing = close({
  type: 'object',
  required: ['spec'],
  properties: {
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    metadata: { $ref: '#/definitions/meta' },
    spec: {
      type: 'object',
      properties: {
        count: { type: 'integer' },
        port: { 'x-kubernetes-int-or-string': true },
        action: { type: 'string', pattern: '^(?i)(abort|warn)?$' },
        labels: { type: 'object', additionalProperties: { type: 'string' } },
        anything: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, properties: {} },
      },
    },
  },
});
const validate = createValidate({
  byKind: new Map([[kindKey('test/v1', 'Thing'), thing]]),
  definitions: { meta: close({ type: 'object', properties: { name: { type: 'string' } } }) },
});
const of = (spec: object) => ({
  apiVersion: 'test/v1',
  kind: 'Thing',
  metadata: { name: 'a' },
  spec,
});

test('a valid object has no fault', () => {
  assert.deepEqual(validate(of({ count: 1, port: 'http', labels: { a: 'b' } })), []);
  assert.deepEqual(validate(of({ port: 80, anything: { goes: true } })), []);
});

test('an unknown field is a fault at any depth', () => {
  assert.match(validate(of({ cuont: 1 })).join(), /Thing a\/spec: .*additional properties.*cuont/);
  const object = of({});
  assert.match(
    validate({ ...object, metadata: { name: 'a', lables: {} } as never }).join(),
    /metadata.*lables/,
  );
});

test('patterns have the syntax of Go', () => {
  assert.deepEqual(validate(of({ action: 'Warn' })), []);
  assert.match(validate(of({ action: 'stop' })).join(), /spec\/action: must match pattern/);
});

test('a wrong type and a kind without a schema are faults', () => {
  assert.match(validate(of({ count: '1' })).join(), /spec\/count: must be integer/);
  assert.match(validate({ ...of({}), kind: 'Other' }).join(), /no schema for test\/v1\/Other/);
});
