import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compilePlan } from '../compile.ts';
import type { WorkflowDefinition } from '../schema.ts';
import { validateDefinition } from '../validate.ts';
import { testBadCases, testGoodCases, withSteps } from '../testing/cases.ts';
import { kind } from './llm.ts';

testGoodCases([
  [
    'a prompt',
    withSteps({ b: { type: 'llm', with: { model: 'openai/x', prompt: 'x', system: 'y' } } }),
  ],
  [
    'a conversation',
    withSteps({
      b: {
        type: 'llm',
        with: { model: 'anthropic/x', messages: [{ role: 'user', content: '${{ input.text }}' }] },
      },
    }),
  ],
]);

testBadCases([
  [
    'an unknown provider',
    withSteps({ b: { type: 'llm', with: { model: 'opnai/gpt', prompt: 'x' } } }),
    ['/steps/b/with/model', 'unknown_provider', /openai/],
  ],
  [
    'a model without provider',
    withSteps({ b: { type: 'llm', with: { model: 'gpt', prompt: 'x' } } }),
    ['/steps/b/with/model', 'pattern'],
  ],
  [
    'nothing to ask',
    withSteps({ b: { type: 'llm', with: { model: 'openai/x' } } }),
    ['/steps/b/with', 'required'],
  ],
  [
    'prompt and messages',
    withSteps({
      b: {
        type: 'llm',
        with: { model: 'openai/x', prompt: 'x', messages: [{ role: 'user', content: 'x' }] },
      },
    }),
    ['/steps/b/with/messages', 'exclusive'],
  ],
  [
    'a bad answer schema',
    withSteps({
      b: { type: 'llm', with: { model: 'openai/x', prompt: 'x', schema: { type: 'objct' } } },
    }),
    ['/steps/b/with/schema/type', 'enum', /object/],
  ],
  [
    'a backtracking pattern in the schema of an answer',
    withSteps({
      b: { type: 'llm', with: { model: 'openai/x', prompt: 'x', schema: { pattern: '(a)\\1' } } },
    }),
    ['/steps/b/with/schema/pattern', 'bad_pattern'],
  ],
]);

test('a computed provider is checked after evaluation', () => {
  const plan = compilePlan({
    name: 'a',
    steps: { ask: { type: 'llm', with: { model: '${{ input.model }}', prompt: 'x' } } },
  });
  const { work } = plan.steps[0]!;
  const evaluated = work.with.evaluate({ input: { model: 'acme/x' }, run: { id: 'r' }, steps: {} });
  assert.deepEqual(
    work.validateWith(evaluated).map(({ rule }) => rule),
    ['unknown_provider'],
  );
});

test('the schema of an answer is not a template', () => {
  const schema = { type: 'object', description: 'write ${{ like this' };
  const ask: WorkflowDefinition = {
    name: 'a',
    steps: { ask: { type: 'llm', with: { model: 'openai/x', prompt: 'x', schema } } },
  };
  assert.deepEqual(validateDefinition(ask), []);
  const evaluated = compilePlan(ask).steps[0]!.work.with.evaluate({
    input: 1,
    run: { id: 'r' },
    steps: {},
  });
  assert.deepEqual((evaluated as { schema: unknown }).schema, schema);
});

test('has a separate lane, and rate limits by model', () => {
  assert.deepEqual(
    [kind.lane, kind.slots, kind.waitsFor, kind.defaultTimeoutMs, kind.resourceField],
    ['llm', 16, null, 120_000, 'model'],
  );
});
