import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LlmReply } from './provider.ts';
import { describeReply } from './span-attributes.ts';
import { anthropicEvents, openAiEvents, streamFrom } from './testing/ask-vendor.ts';

function describe(reply: LlmReply) {
  const described = describeReply(reply, null, 1500);
  assert.equal(described['gen_ai.response.time_to_first_chunk'], 1.5);
  return Object.fromEntries(
    Object.entries(described).filter(([name]) => name.startsWith('gen_ai.usage.')),
  );
}

test('cached and reasoning tokens of OpenAI are included in the others', async () => {
  const usage = {
    prompt_tokens: 100,
    prompt_tokens_details: { cached_tokens: 60, cache_write_tokens: 30 },
    completion_tokens: 50,
    completion_tokens_details: { reasoning_tokens: 40 },
  };
  assert.deepEqual(describe(await streamFrom('openai', openAiEvents(usage))), {
    'gen_ai.usage.input_tokens': 100,
    'gen_ai.usage.cache_read.input_tokens': 60,
    'gen_ai.usage.cache_write.input_tokens': 30,
    'gen_ai.usage.output_tokens': 50,
    'gen_ai.usage.reasoning.output_tokens': 40,
  });
});

test('cached tokens of Anthropic are added to the input, reasoning tokens are part of the output', async () => {
  const usage = { input_tokens: 10, cache_read_input_tokens: 60, cache_creation_input_tokens: 30 };
  const output = { output_tokens: 50, output_tokens_details: { thinking_tokens: 40 } };
  assert.deepEqual(describe(await streamFrom('anthropic', anthropicEvents(usage, output))), {
    'gen_ai.usage.input_tokens': 100,
    'gen_ai.usage.cache_read.input_tokens': 60,
    'gen_ai.usage.cache_write.input_tokens': 30,
    'gen_ai.usage.output_tokens': 50,
    'gen_ai.usage.reasoning.output_tokens': 40,
  });
});

test("counts at the end of Anthropic's stream replace those of its start", async () => {
  const start = { input_tokens: 10, cache_creation_input_tokens: 3 };
  const end = { input_tokens: 20, cache_creation_input_tokens: 5, output_tokens: 7 };
  const { usage } = await streamFrom('anthropic', anthropicEvents(start, end));
  assert.deepEqual(usage, {
    inputTokens: 25,
    cachedInputTokens: 0,
    cacheWriteInputTokens: 5,
    outputTokens: 7,
    reasoningOutputTokens: 0,
  });
});

test('what is no count is no usage', async () => {
  for (const prompt_tokens of [undefined, null, -1, 1.5, '5', 2 ** 53]) {
    const usage = { prompt_tokens, completion_tokens: 1 };
    assert.equal((await streamFrom('openai', openAiEvents(usage))).usage, null);
  }
});

test('a chunk without content is not the first token', async () => {
  const waits: number[] = [];
  const reply = await streamFrom('openai', openAiEvents(null).toSpliced(0, 0, OPENING), (ms) =>
    waits.push(ms),
  );
  assert.deepEqual([reply.hasBegun, waits.length], [true, 0]);
  const silent = await streamFrom('openai', [OPENING, CLOSING], (ms) => waits.push(ms));
  assert.deepEqual([silent.hasBegun, silent.firstTokenAt, waits.length], [true, null, 0]);
  const [text] = openAiEvents(null);
  await streamFrom('openai', [OPENING, text!, text!, text!], (ms) => waits.push(ms));
  assert.equal(waits.length, 2);
});

const CHUNK = { id: 'c', model: 'm', object: 'chat.completion.chunk' };
const OPENING = { ...CHUNK, choices: [{ index: 0, delta: { role: 'assistant', content: '' } }] };
const CLOSING = { ...CHUNK, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] };
