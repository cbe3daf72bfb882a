import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { EXAMPLE_DEFINITION } from './example.ts';
import { STEP_KIND_NAMES } from './kinds/registry.ts';

const published = JSON.parse(
  readFileSync(new URL('workflow.schema.json', import.meta.url), 'utf8'),
) as { $defs: { Step: { oneOf: { properties: { type: { const: string } } }[] } } };

test('the published schema is valid JSON Schema 2020-12 and accepts its example', () => {
  const validate = new Ajv2020({ strict: false }).compile(published);
  assert.equal(validate(EXAMPLE_DEFINITION), true, JSON.stringify(validate.errors));
  assert.equal(validate({ name: 'a', steps: { a: { type: 'http' } } }), false);
  const delay = (duration: string) => ({ a: { type: 'delay', with: { duration } } });
  assert.equal(validate({ name: 'a', steps: delay('${{ input.d }}') }), true);
  assert.equal(validate({ name: 'a', steps: delay('soon') }), false);
});

test('the schema has every kind', () => {
  const kinds = published.$defs.Step.oneOf.map((step) => step.properties.type.const);
  assert.deepEqual(kinds.toSorted(), STEP_KIND_NAMES.toSorted());
});
