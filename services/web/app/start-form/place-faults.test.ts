import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fault } from '../../shared/api.ts';
import { fieldsOf } from './field.ts';
import { placeFaults } from './place-faults.ts';

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
