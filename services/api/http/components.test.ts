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
  const { RecipeStep, Recipe } = components.schemas;
  assert.deepEqual(RecipeStep, { type: 'object', properties: { after: reference } });
  const properties = { steps: { type: 'array', items: reference } };
  assert.deepEqual(Recipe, { title: 'Recipe', type: 'object', properties });
  assert.ok('seconds' in (components.schemas['Step'] as { properties: object }).properties);
});
