import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WORK_KIND_NAMES } from '@aio/core/definition/kinds/registry';
import { createTracing } from '@aio/runtime/tracing';
import { createHttpAgent } from './http-agent.ts';
import { createStepKinds } from './registry.ts';

test('every kind has an executor under its name, except those that the engine expands', async () => {
  const agent = createHttpAgent();
  const kinds = createStepKinds({
    agent,
    guardedAgent: agent,
    tracing: createTracing('test'),
    openai: { apiKey: null, baseUrl: 'https://api.openai.com/v1' },
    anthropic: { apiKey: null, baseUrl: 'https://api.anthropic.com' },
    prices: new Map(),
    onLlmCall: () => {},
    onLlmChunk: () => () => {},
    findVersion: async () => null,
    readPlan: () => Promise.reject(new Error('not asked for')),
  });
  await agent.close();
  assert.deepEqual([...kinds.keys()].sort(), WORK_KIND_NAMES.toSorted());
  for (const [name, { kind }] of kinds) assert.equal(kind, name);
});
