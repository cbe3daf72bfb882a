import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Type } from 'typebox';
import { readQuery } from './read-query.ts';

const SCHEMA = Type.Object({
  limit: Type.Integer(),
  cost: Type.Number(),
  outputs: Type.Boolean(),
  status: Type.Array(Type.String()),
  workflow: Type.String(),
  label: Type.Record(Type.String(), Type.String()),
});

test('reads each parameter as the type of its schema', () => {
  assert.deepEqual(readQuery('limit=5&outputs=false&status=failed,queued&workflow=a%20b', SCHEMA), {
    limit: 5,
    outputs: false,
    status: ['failed', 'queued'],
    workflow: 'a b',
  });
});

test('reads numbers with and without a point', () => {
  assert.deepEqual(readQuery('cost=0.001', SCHEMA), { cost: 0.001 });
  assert.deepEqual(readQuery('cost=-2', SCHEMA), { cost: -2 });
});

test('leaves text of another type for the schema to refuse', () => {
  assert.deepEqual(readQuery('limit=5x&outputs=yes', SCHEMA), { limit: '5x', outputs: 'yes' });
  assert.deepEqual(readQuery('limit=1.5&cost=1e3', SCHEMA), { limit: '1.5', cost: '1e3' });
});

test('an integer that a double cannot hold exactly stays text', () => {
  assert.equal(readQuery('limit=99999999999999999999', SCHEMA)['limit'], '99999999999999999999');
});

test('reads members of an object', () => {
  assert.deepEqual(readQuery('label.a=1&label.b.c=x', SCHEMA), { label: { a: '1', 'b.c': 'x' } });
});

test('refuses repeated and unknown parameters', () => {
  for (const query of [
    'limit=1&limit=2',
    'limits=1',
    '__proto__=1',
    'constructor=1',
    'label=1',
    'limit.a=1',
  ])
    assert.throws(() => readQuery(query, SCHEMA), { code: 'bad_request' }, query);
});

test('a route without query parameters accepts none', () => {
  assert.deepEqual(readQuery('', undefined), {});
  assert.throws(() => readQuery('a=1', undefined), { code: 'bad_request' });
});
