import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compilePlan } from '../compile.ts';
import type { WorkflowDefinition } from '../schema.ts';
import { validateDefinition } from '../validate.ts';
import { testSteps } from '../testing/cases.ts';

const model = 'openai/x';
const prompt = 'x';
const { accepts, finds } = testSteps((given: object) => ({ type: 'llm', with: given }));

accepts('a prompt', { model, prompt, system: 'y' });
accepts('a conversation', {
  model: 'anthropic/x',
  messages: [{ role: 'user', content: '${{ input.text }}' }],
});

finds('an unknown provider', { model: 'opnai/gpt', prompt }, [
  '/with/model',
  'unknown_provider',
  /openai/,
]);
finds('a model without provider', { model: 'gpt', prompt }, ['/with/model', 'pattern']);
finds('nothing to ask', { model }, ['/with', 'required']);
finds('prompt and messages', { model, prompt, messages: [{ role: 'user', content: 'x' }] }, [
  '/with/messages',
  'exclusive',
]);
finds('a bad answer schema', { model, prompt, schema: { type: 'objct' } }, [
  '/with/schema/type',
  'enum',
  /object/,
]);
finds('a backtracking pattern of an answer', { model, prompt, schema: { pattern: '(a)\\1' } }, [
  '/with/schema/pattern',
  'bad_pattern',
]);

test('a computed provider is checked after evaluation', () => {
  const plan = compilePlan({
    name: 'a',
    steps: { ask: { type: 'llm', with: { model: '${{ input.model }}', prompt } } },
  });
  const { work } = plan.steps[0]!;
  const evaluated = work.with.evaluate({ input: { model: 'acme/x' }, run: { id: 'r' }, steps: {} });
  const rules = work.validateWith(evaluated).map(({ rule }) => rule);
  assert.deepEqual(rules, ['unknown_provider']);
});

test('the schema of an answer is not a template', () => {
  const schema = { type: 'object', description: 'write ${{ like this' };
  const ask: WorkflowDefinition = {
    name: 'a',
    steps: { ask: { type: 'llm', with: { model, prompt, schema } } },
  };
  assert.deepEqual(validateDefinition(ask), []);
  const { work } = compilePlan(ask).steps[0]!;
  const evaluated = work.with.evaluate({ input: 1, run: { id: 'r' }, steps: {} });
  assert.deepEqual((evaluated as { schema: unknown }).schema, schema);
});
