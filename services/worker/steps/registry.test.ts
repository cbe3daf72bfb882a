import assert from 'node:assert/strict';
import { test } from 'node:test';
import { STEP_KINDS } from '@aio/catalog/labels';
import { STEP_KIND_NAMES } from '@aio/core/definition/kinds/registry';
import { createTracing } from '@aio/runtime/tracing';
import { createHttpAgent } from './http-agent.ts';
import { createStepKinds } from './registry.ts';

test('every kind of the definition language has an executor, but for map', async () => {
  const agent = createHttpAgent();
  const kinds = createStepKinds({
    agent,
    guardedAgent: agent,
    tracing: createTracing('test'),
    openai: { apiKey: null, baseUrl: 'https://api.openai.com/v1' },
    anthropic: { apiKey: null, baseUrl: 'https://api.anthropic.com' },
    onLlmCall: () => {},
    findVersion: async () => null,
    readPlan: () => Promise.reject(new Error('not asked for')),
  });
  await agent.close();
  assert.deepEqual(
    [...kinds.keys()].sort(),
    STEP_KIND_NAMES.filter((kind) => kind !== 'map').sort(),
  );
});

test('the catalogue counts each kind of the definition language', () => {
  assert.deepEqual([...STEP_KINDS].sort(), [...STEP_KIND_NAMES].sort());
});
