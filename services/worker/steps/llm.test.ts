import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { EvaluatedWith } from '@aio/core/definition/schema';
import { FAULT_KINDS } from '@aio/llm-simulator/dials';
import { createSimulator, type Simulator } from '@aio/llm-simulator/server';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { createTracing } from '@aio/runtime/tracing';
import { startHttpServer } from '@aio/tools/testing/http-server';
import type { Agent } from 'undici';
import { createHttpAgent } from './http-agent.ts';
import { readPrices } from './llm/price-file.ts';
import { openAiEvents } from './llm/testing/ask-vendor.ts';
import { createKind as createLlmKind, type LlmCallReport } from './llm.ts';
import { StepError } from '@aio/core/run/step-outcome';
import type { StepCall, StepKind } from './step-kind.ts';
import { createStepCall, failureOf } from './testing/step-call.ts';

type With = EvaluatedWith<'llm'>;

const NO_FAULTS = Object.fromEntries(FAULT_KINDS.map((kind) => [kind, 0]));
const PROMPT = 'Sum up: <text>The cache was cold. Nobody had warmed it after the deploy.</text>';
const MOOD = {
  type: 'object',
  properties: { mood: { enum: ['calm', 'tense'] } },
  required: ['mood'],
  additionalProperties: false,
};

describe('llm', () => {
  let simulator: Simulator;
  let agent: Agent;
  let kind: StepKind<With>;
  let reports: LlmCallReport[];

  before(async () => {
    simulator = await createSimulator({ dials: { latencyMs: 0, firstTokenMs: 10, tokenMs: 0 } });
    agent = createHttpAgent();
    kind = createKind('any');
  });
  beforeEach(() => {
    reports = [];
    simulator.turn({ faults: NO_FAULTS, contextTokens: 200_000 });
  });
  after(async () => {
    await agent.close();
    await simulator.close();
  });

  function createKind(
    apiKey: string | null,
    baseUrl = `${simulator.url}/v1`,
    anthropicUrl = simulator.url,
  ): StepKind<With> {
    return createLlmKind({
      agent,
      tracing: createTracing('test'),
      openai: { apiKey, baseUrl },
      anthropic: { apiKey, baseUrl: anthropicUrl },
      prices: readPrices(null),
      onLlmCall: (report) => reports.push(report),
      onLlmChunk: () => () => {},
    });
  }

  async function succeed(step: With) {
    const outcome = await kind.execute(createStepCall(step));
    assert.ok(outcome.type === 'succeeded');
    return outcome;
  }

  const fail = (step: With, given: Partial<StepCall<With>> = {}, failing = kind) =>
    failureOf(failing, createStepCall(step, given));

  for (const model of ['openai/gpt-6-luna', 'anthropic/claude-haiku-5-5']) {
    describe(model, () => {
      const step: With = { model, prompt: PROMPT };

      test('streams a text and counts tokens, cost and time to the first token', async () => {
        const { output, usage } = await succeed({ ...step, system: 'Be brief.' });
        const text = 'The cache was cold. Nobody had warmed it after the deploy.';
        assert.deepEqual(output, { text });
        const { inputTokens = 0, outputTokens = 0, costUsd, timeToFirstTokenMs } = usage!;
        assert.equal(`${usage!.provider}/${usage!.model}`, model);
        assert.ok(inputTokens > 15 && outputTokens > 5, `${inputTokens} in, ${outputTokens} out`);
        // Both models cost 0.1 and 0.5 dollars a million.
        const expected = (inputTokens * 0.1 + outputTokens * 0.5) / 1e6;
        assert.ok(Math.abs(costUsd! - expected) < 1e-12, `${costUsd}`);
        assert.ok(timeToFirstTokenMs! >= 9, `first token after ${timeToFirstTokenMs} ms`);
        const [report] = reports;
        assert.deepEqual(report?.usage, usage);
        assert.equal(report?.errorType, null);
        const { durationMs } = report!;
        assert.ok(durationMs >= timeToFirstTokenMs!, `${durationMs} < ${timeToFirstTokenMs} ms`);
        assert.ok(Number.isInteger(durationMs), 'rounded like the time to the first token');
      });

      test('answers a conversation', async () => {
        const messages: With['messages'] = [
          { role: 'user', content: 'What happened? <t>A disk was full all night long.</t>' },
          { role: 'assistant', content: 'A disk was full.' },
          { role: 'user', content: 'And then?' },
        ];
        const { output } = await succeed({ model, messages });
        assert.deepEqual(output, { text: 'A disk was full all night long.' });
      });

      test('returns the JSON if there is a schema', async () => {
        const { output } = await succeed({ model, prompt: 'All are tense.', schema: MOOD });
        assert.deepEqual(output, { mood: 'tense' });
      });

      test('sends the temperature in a version of the API that accepts it', async () => {
        assert.ok((await succeed({ ...step, temperature: 0.2 })).output);
      });

      test('sends the same key with every attempt', async () => {
        const idempotencyKey = `${model}-key`;
        for (let attempt = 1; attempt <= 2; attempt += 1)
          await kind.execute(createStepCall(step, { idempotencyKey, attempt }));
        assert.equal(simulator.calls().byKey[idempotencyKey], 2);
      });

      for (const [fault, code, retryable] of [
        ['rateLimit', 'llm_rate_limited', true],
        ['serverError', 'llm_unavailable', true],
        ['overloaded', 'llm_unavailable', true],
        ['reset', 'llm_connection_failed', true],
        ['halfBody', 'llm_stream_broken', true],
        ['empty', 'llm_empty_output', true],
        ['badJson', 'llm_bad_output', true],
        ['truncate', 'llm_output_truncated', false],
        ['refuse', 'llm_refused', false],
      ] as const) {
        test(`${fault} is ${code}, after one call`, async () => {
          simulator.turn({ retryAfterMs: 1500, faults: { [fault]: 1 } });
          const before = simulator.calls().total;
          const error = await fail(fault === 'badJson' ? { ...step, schema: MOOD } : step);
          assert.deepEqual([error.code, error.retryable], [code, retryable]);
          assert.equal(error.retryAfterMs, fault === 'rateLimit' ? 1500 : null);
          assert.equal(simulator.calls().total - before, 1, 'the SDK retries nothing');
          assert.equal(reports[0]?.errorType, code);
        });
      }

      test('an answer that breaks off has an unknown price', async () => {
        simulator.turn({ faults: { halfBody: 1 } });
        const { usage } = await fail(step);
        assert.equal(usage?.costUsd, null);
        assert.deepEqual(reports[0]?.usage, usage);
      });

      test('a failed answer has a cost, too', async () => {
        simulator.turn({ faults: { truncate: 1 } });
        const { usage } = await fail(step);
        assert.ok(usage!.outputTokens! > 0 && usage!.costUsd! > 0);
        assert.deepEqual(reports[0]?.usage, usage);
      });

      test('a too long prompt and a refused key are not retryable', async () => {
        simulator.turn({ contextTokens: 3 });
        const tooLong = await fail(step);
        assert.deepEqual([tooLong.code, tooLong.retryable], ['llm_context_too_long', false]);
        const refused = await fail(step, {}, createKind('invalid'));
        assert.deepEqual([refused.code, refused.retryable], ['llm_unauthorized', false]);
      });

      test('a missing key names its variable', async () => {
        const error = await fail(step, {}, createKind(null));
        const variable = `${model.split('/')[0]!.toUpperCase()}_API_KEY`;
        assert.deepEqual([error.code, error.retryable], ['llm_not_configured', false]);
        assert.ok(error.message.includes(variable));
      });

      for (const [when, dials] of [
        ['while nothing has come', { faults: { hang: 1 } }],
        ['in the middle of the stream', { tokenMs: 60_000 }],
      ] as const) {
        test(`ends when it is aborted ${when}`, async (t) => {
          t.after(() => simulator.turn({ tokenMs: 0 }));
          simulator.turn(dials);
          const controller = new AbortController();
          const reason = new StepError('timeout', 'over', { retryable: true });
          const call = createStepCall(step, { signal: controller.signal });
          const failed = failureOf(kind, call);
          const hasBegun = 'tokenMs' in dials;
          if (hasBegun) await waitUntil(() => call.readUsage() !== null, { what: 'a chunk' });
          setTimeout(() => controller.abort(reason), 100);
          assert.equal(await failed, reason);
          assert.equal(reports[0]?.errorType, 'timeout');
          assert.equal(call.readUsage()?.costUsd, hasBegun ? null : undefined);
        });
      }

      test('logs numbers, not texts', async () => {
        const call = createStepCall(step);
        await kind.execute(call);
        assert.equal(call.lines.length, 1);
        assert.equal(call.lines[0]?.fields?.['input_tokens'], reports[0]?.usage?.inputTokens);
        assert.ok(!JSON.stringify(call.lines).includes('cache'));
      });
    });
  }

  test('a call has an unknown price if the vendor does not count its tokens', async (t) => {
    const server = await startHttpServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const event of openAiEvents(null)) response.write(`data: ${JSON.stringify(event)}\n\n`);
      response.end('data: [DONE]\n\n');
    });
    t.after(server.close);
    const uncounted = createKind('any', `${server.url}/v1`);
    const call = createStepCall({ model: 'openai/gpt-6-luna', prompt: PROMPT });
    const outcome = await uncounted.execute(call);
    assert.ok(outcome.type === 'succeeded');
    const { timeToFirstTokenMs: _ms, ...usage } = outcome.usage!;
    const model = { provider: 'openai', model: 'gpt-6-luna' };
    assert.deepEqual(usage, { ...model, costUsd: null });
  });

  test('a schema that a vendor cannot express fails before the call', async () => {
    const error = await fail({ model: 'anthropic/claude-haiku-5-5', prompt: 'x', schema: {} });
    assert.deepEqual([error.code, error.retryable], ['llm_bad_request', false]);
  });

  test('an unknown provider and an unreachable one', async () => {
    assert.equal((await fail({ model: 'acme/x', prompt: 'x' })).code, 'unknown_provider');
    const nowhere = createKind('any', 'http://127.0.0.1:1/v1', 'http://127.0.0.1:1');
    for (const model of ['openai/a', 'anthropic/b']) {
      const error = await fail({ model, prompt: 'x' }, {}, nowhere);
      assert.deepEqual([error.code, error.retryable], ['llm_connection_failed', true]);
    }
  });
});
