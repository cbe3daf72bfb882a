import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import Anthropic, { RateLimitError as AnthropicRateLimitError } from '@anthropic-ai/sdk';
import OpenAI, { AuthenticationError, BadRequestError, RateLimitError } from 'openai';
import { DEFAULT_DIALS } from '../dials.ts';
import { createSimulator, type Simulator } from '../server.ts';

const QUESTION = [
  {
    role: 'user' as const,
    content: 'Explain <document>A log is replayed after a crash.</document>',
  },
];

describe('the vendors as their own SDKs see them', () => {
  let simulator: Simulator;
  let openai: OpenAI;
  let anthropic: Anthropic;

  before(async () => {
    simulator = await createSimulator();
    openai = new OpenAI({ apiKey: 'any', baseURL: `${simulator.url}/v1`, maxRetries: 0 });
    anthropic = new Anthropic({ apiKey: 'any', baseURL: simulator.url, maxRetries: 0 });
  });
  beforeEach(() =>
    simulator.turn({ ...DEFAULT_DIALS, faults: { rateLimit: 0, overloaded: 0, halfBody: 0 } }),
  );
  after(() => simulator.close());

  const askOpenAi = (client = openai) =>
    client.chat.completions.create({ model: 'gpt-6-luna', messages: QUESTION });
  const askAnthropic = (max_tokens = 100) =>
    anthropic.messages.create({ model: 'claude-haiku-5-5', max_tokens, messages: QUESTION });

  test('OpenAI: whole and streamed answers are the same, with usage', async () => {
    const request = { model: 'gpt-6-luna', messages: QUESTION };
    const whole = await openai.chat.completions.create(request);
    assert.equal(whole.choices[0]?.message.content, 'A log is replayed after a crash.');
    assert.equal(whole.choices[0]?.finish_reason, 'stop');

    const stream = await openai.chat.completions.create({
      ...request,
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = '';
    let usage: OpenAI.CompletionUsage | null | undefined;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? '';
      usage = chunk.usage;
    }
    assert.equal(text, whole.choices[0]?.message.content);
    assert.deepEqual(usage, whole.usage);
  });

  test('both bill cached and reasoning tokens as the dials say', async () => {
    simulator.turn({ cachedTokens: 2, cacheWrittenTokens: 1, reasoningTokens: 5 });
    const chat = await askOpenAi();
    const { usage } = chat;
    assert.deepEqual(usage?.prompt_tokens_details, { cached_tokens: 2, cache_write_tokens: 1 });
    assert.equal(usage?.completion_tokens_details?.reasoning_tokens, 5);
    assert.ok(usage!.completion_tokens > 5, 'reasoning tokens are part of the answer');
    const message = await askAnthropic();
    const { input_tokens, cache_read_input_tokens, cache_creation_input_tokens } = message.usage;
    assert.deepEqual(
      [input_tokens + 3, cache_read_input_tokens, cache_creation_input_tokens],
      [usage!.prompt_tokens, 2, 1],
      'cached tokens are not part of the others',
    );
    assert.equal(message.usage.output_tokens_details?.thinking_tokens, 5);
  });

  test('OpenAI: a schema gets an instance', async () => {
    const schema = {
      type: 'object',
      properties: { mood: { enum: ['calm', 'tense'] } },
      required: ['mood'],
      additionalProperties: false,
    };
    const answer = await openai.chat.completions.create({
      model: 'gpt-6-luna',
      messages: [{ role: 'user', content: 'Everybody is tense.' }],
      response_format: { type: 'json_schema', json_schema: { name: 'mood', strict: true, schema } },
    });
    assert.equal(answer.choices[0]?.message.content, '{"mood":"tense"}');
  });

  test('Anthropic: whole and streamed answers are the same, with usage', async () => {
    const request = { model: 'claude-haiku-5-5', max_tokens: 100, messages: QUESTION };
    const whole = await anthropic.messages.create(request);
    const streamed = await anthropic.messages.stream(request).finalMessage();
    const texts = streamed.content.map((block) => block.type === 'text' && block.text);
    assert.deepEqual(texts, ['A log is replayed after a crash.']);
    assert.equal(whole.stop_reason, 'end_turn');
    assert.equal(streamed.usage.output_tokens, whole.usage.output_tokens);
    assert.equal(streamed.usage.input_tokens, whole.usage.input_tokens);
  });

  test('an answer ends at the token limit', async () => {
    const answer = await askAnthropic(2);
    assert.equal(answer.stop_reason, 'max_tokens');
    assert.equal(answer.usage.output_tokens, 2);
  });

  test('a 429 says how long to wait, in the headers of each vendor', async () => {
    simulator.turn({ retryAfterMs: 1500, faults: { rateLimit: 1 } });
    await assert.rejects(
      askOpenAi(),
      (error) =>
        error instanceof RateLimitError &&
        error.code === 'rate_limit_exceeded' &&
        error.headers.get('retry-after') === '2' &&
        error.headers.get('retry-after-ms') === '1500',
    );
    await assert.rejects(
      askAnthropic(),
      (error) => error instanceof AnthropicRateLimitError && error.type === 'rate_limit_error',
    );
  });

  test('overload is 503 with OpenAI and 529 with Anthropic', async () => {
    simulator.turn({ faults: { overloaded: 1 } });
    const status = (error: unknown) => (error as { status: number }).status;
    await assert.rejects(askOpenAi(), (error) => status(error) === 503);
    await assert.rejects(askAnthropic(), (error) => status(error) === 529);
  });

  test('half a body breaks the stream after a part of the answer', async () => {
    simulator.turn({ faults: { halfBody: 1 } });
    const stream = await openai.chat.completions.create({
      model: 'gpt-6-luna',
      messages: QUESTION,
      stream: true,
    });
    let chunks = 0;
    await assert.rejects(async () => {
      for await (const chunk of stream) chunks += chunk.choices.length;
    });
    assert.ok(chunks > 1, `${chunks} chunks before the break`);
  });

  test('a prompt beyond the context is refused', async () => {
    simulator.turn({ contextTokens: 5 });
    await assert.rejects(
      askOpenAi(),
      (error) => error instanceof BadRequestError && error.code === 'context_length_exceeded',
    );
    await assert.rejects(askAnthropic(), /prompt is too long/);
  });

  test('a key of `invalid` is refused with 401', async () => {
    const stranger = new OpenAI({ apiKey: 'invalid', baseURL: `${simulator.url}/v1` });
    await assert.rejects(askOpenAi(stranger), AuthenticationError);
  });
});
