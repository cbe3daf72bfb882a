/** One limit covers all regular expressions of a definition. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validateDefinition } from './validate.ts';

test('the patterns of all expressions count together', () => {
  const different = matching((index) => `^a{${index + 1}}b$`);
  const faults = validateDefinition(definitionOf(2_000, different));
  assert.equal(faults.length, 101);
  const [first] = faults;
  assert.equal(first?.rule, 'pattern_limit');
  assert.match(first.pointer, /^\/steps\/s\d+\/with\/value$/);
  assert.match(first.message, /patterns of this definition .*\(character 17\)/);
});

test('the patterns of schemas count, too', () => {
  const pattern = (index: number) => ({ pattern: `^(?:a|b){${index + 1}}$` });
  const schemas = definitionOf(400, (index) => ({
    type: 'llm',
    with: { model: 'openai/x', prompt: 'x', schema: pattern(index) },
  }));
  const [ofSteps] = validateDefinition(schemas);
  assert.equal(ofSteps?.rule, 'pattern_limit');
  assert.match(ofSteps.pointer, /^\/steps\/s\d+\/with\/schema\/pattern$/);

  const input = { allOf: Array.from({ length: 400 }, (_, index) => pattern(index)) };
  const one = matching(() => 'a');
  const [ofInput] = validateDefinition({ ...definitionOf(1, one), input });
  assert.equal(ofInput?.rule, 'pattern_limit');
  assert.match(ofInput.pointer, /^\/input\/allOf\/\d+\/pattern$/);
});

test('the same pattern counts once, and fifty others are fine', () => {
  const same = matching(() => '^[a-z]+$');
  assert.deepEqual(validateDefinition(definitionOf(2_000, same)), []);
  const others = matching((index) => `^order-${index}-[0-9]{4,12}$`);
  assert.deepEqual(validateDefinition(definitionOf(50, others)), []);
});

function definitionOf(count: number, step: (index: number) => object) {
  const steps = Array.from({ length: count }, (_, index) => [`s${index}`, step(index)]);
  return { name: 'x', steps: Object.fromEntries(steps) as object };
}

function matching(pattern: (index: number) => string): (index: number) => object {
  return (index) => ({
    type: 'transform',
    with: { value: `\${{ "a".matches("${pattern(index)}") }}` },
  });
}
