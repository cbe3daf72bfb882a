import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Type } from 'typebox';
import { createComponents } from './components.ts';

test('`$defs` and a schema of the same name become two components', () => {
  const components = createComponents();
  const written = Type.Unsafe({
    title: 'Recipe',
    type: 'object',
    properties: { steps: { type: 'array', items: { $ref: '#/$defs/Step' } } },
    $defs: { Step: { type: 'object', properties: { after: { $ref: '#/$defs/Step' } } } },
  });
  components.refer(written);
  components.refer(Type.Object({ seconds: Type.Number() }, { title: 'Step' }));
  const reference = { $ref: '#/components/schemas/RecipeStep' };
  assert.deepEqual(components.schemas['RecipeStep'], {
    type: 'object',
    properties: { after: reference },
  });
  assert.deepEqual(components.schemas['Recipe'], {
    title: 'Recipe',
    type: 'object',
    properties: { steps: { type: 'array', items: reference } },
  });
  assert.ok('seconds' in (components.schemas['Step'] as { properties: object }).properties);
});
