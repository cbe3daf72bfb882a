import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAnthropicProvider } from './anthropic.ts';
import { createOpenAiProvider } from './openai.ts';
import { createReply, type LlmProvider, type LlmRequest } from './provider.ts';
import { describeReply } from './span-attributes.ts';
import type { Fetch } from './transport.ts';

const REQUEST: LlmRequest = {
  model: 'any',
  system: null,
  messages: [{ role: 'user', content: 'x' }],
  maxTokens: null,
  temperature: null,
  schema: null,
  headers: {},
  signal: new AbortController().signal,
};
const CONFIG = { apiKey: 'any', baseUrl: 'http://vendor.example' };

/** A vendor that streams these events. */
function streaming(events: readonly { type?: string }[]): Fetch {
  const body = events
    .map(
      (event) => `${event.type ? `event: ${event.type}\n` : ''}data: ${JSON.stringify(event)}\n\n`,
    )
    .join('');
  return async () => new Response(body, { headers: { 'content-type': 'text/event-stream' } });
}

async function describe(provider: LlmProvider) {
  const reply = createReply();
  await provider.ask(REQUEST, reply);
  const described = describeReply(reply, null, reply.firstChunkAt! - 1500);
  assert.equal(described['gen_ai.response.time_to_first_chunk'], 1.5);
  return Object.fromEntries(
    Object.entries(described).filter(([name]) => name.startsWith('gen_ai.usage.')),
  );
}

test('cached and reasoning tokens of OpenAI are included in the others', async () => {
  const choices = [{ index: 0, delta: { content: 'Yes.' }, finish_reason: 'stop' }];
  const usage = {
    prompt_tokens: 100,
    prompt_tokens_details: { cached_tokens: 60 },
    completion_tokens: 50,
    completion_tokens_details: { reasoning_tokens: 40 },
  };
  const chunk = { id: 'c', model: 'm', object: 'chat.completion.chunk' };
  const fetch = streaming([
    { ...chunk, choices },
    { ...chunk, choices: [], usage },
  ] as object[]);
  assert.deepEqual(await describe(createOpenAiProvider(CONFIG, fetch)), {
    'gen_ai.usage.input_tokens': 100,
    'gen_ai.usage.cache_read.input_tokens': 60,
    'gen_ai.usage.cache_write.input_tokens': undefined,
    'gen_ai.usage.output_tokens': 50,
    'gen_ai.usage.reasoning.output_tokens': 40,
  });
});

test('cached tokens of Anthropic are added to the input, reasoning tokens are part of the output', async () => {
  const usage = {
    input_tokens: 10,
    cache_read_input_tokens: 60,
    cache_creation_input_tokens: 30,
    output_tokens: 1,
  };
  const fetch = streaming([
    { type: 'message_start', message: { id: 'm', model: 'm', content: [], usage } },
    {
      type: 'message_delta',
      delta: { stop_reason: 'end_turn' },
      usage: { output_tokens: 50, output_tokens_details: { thinking_tokens: 40 } },
    },
    { type: 'message_stop' },
  ] as object[]);
  assert.deepEqual(await describe(createAnthropicProvider(CONFIG, fetch)), {
    'gen_ai.usage.input_tokens': 100,
    'gen_ai.usage.cache_read.input_tokens': 60,
    'gen_ai.usage.cache_write.input_tokens': 30,
    'gen_ai.usage.output_tokens': 50,
    'gen_ai.usage.reasoning.output_tokens': 40,
  });
});
