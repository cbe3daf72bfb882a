import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { compilePlan } from '@aio/core/definition/compile';
import { parseDefinition } from '@aio/core/definition/parse';
import type { WorkflowDefinition } from '@aio/core/definition/schema';
import { validateDefinition } from '@aio/core/definition/validate';
import { costUsd } from '@aio/worker/steps/llm/prices';

const FOLDER = new URL('../examples/', import.meta.url);
const FILES = readdirSync(FOLDER);
const NAMES = FILES.filter((file) => file.endsWith('.yaml')).map((file) => file.slice(0, -5));
const TOKENS = { inputTokens: 1000, cachedInputTokens: 0, outputTokens: 100 };

function read(file: string): string {
  return readFileSync(new URL(file, FOLDER), 'utf8');
}

for (const name of NAMES) {
  describe(`example ${name}`, () => {
    const source = read(`${name}.yaml`);
    const definition = parseDefinition(source, 'application/yaml') as WorkflowDefinition;

    test('is a valid definition with the name of its file', () => {
      assert.deepEqual(validateDefinition(definition), []);
      assert.equal(definition.name, name);
    });

    test('accepts its inputs', () => {
      const inputs = FILES.filter((file) => file.startsWith(`${name}.`) && file.endsWith('.json'));
      assert.ok(inputs.includes(`${name}.input.json`));
      const { validateInput } = compilePlan(definition);
      for (const file of inputs) assert.deepEqual(validateInput(JSON.parse(read(file))), [], file);
    });

    test('only calls models that have a price', () => {
      const models = source.match(/(?<=model: )\S+/g) ?? [];
      for (const model of models) assert.notEqual(costUsd(model, TOKENS), null, model);
    });
  });
}

test('the README lists each example', () => {
  const listed = read('README.md').match(/(?<=^\| `)[\w-]+/gm) ?? [];
  assert.deepEqual(listed.toSorted(), NAMES.toSorted());
});
