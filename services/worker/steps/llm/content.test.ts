import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createRedactor } from '@aio/core/text/redact';
import { createSimulator } from '@aio/llm-simulator/server';
import { startTestTelemetry } from '@aio/runtime/testing/telemetry';
import { contextFromTraceparent } from '@aio/runtime/trace-context';
import { createTracing } from '@aio/runtime/tracing';
import { createHttpAgent } from '../http-agent.ts';
import { createKind } from '../llm.ts';
import { createStepCall } from '../testing/step-call.ts';
import type { ContentCapture } from './content.ts';
import { readPrices } from './price-file.ts';

const SECRET = 'canary-7f3a-b1d0';
const DETAILS = 'gen_ai.client.inference.operation.details';
const traceId = 'a'.repeat(32);

/** Asks a model for a text that contains a secret. @returns all that leaves the process */
async function ask(t: TestContext, contentCapture?: ContentCapture) {
  const { receiver, telemetry, close } = await startTestTelemetry({}, { withLogs: true });
  const simulator = await createSimulator({
    dials: { latencyMs: 0, firstTokenMs: 0, tokenMs: 0 },
  });
  const agent = createHttpAgent();
  t.after(() => Promise.all([agent.close(), simulator.close(), close()]));
  const config = { apiKey: 'any', baseUrl: `${simulator.url}/v1` };
  const kind = createKind({
    agent,
    tracing: createTracing('test'),
    openai: config,
    anthropic: config,
    prices: readPrices(null),
    ...(contentCapture && { contentCapture }),
    onLlmCall: () => {},
    onLlmChunk: () => () => {},
  });
  const step = {
    model: 'openai/gpt-6-luna',
    system: `Be brief about ${SECRET}.`,
    prompt: `Repeat: <t>The blue cache knows ${SECRET} by heart.</t>`,
  };
  const outcome = await kind.execute(
    createStepCall(step, {
      redactor: createRedactor([SECRET]),
      trace: contextFromTraceparent(`00-${traceId}-${'b'.repeat(16)}-01`),
    }),
  );
  assert.match(JSON.stringify(outcome), /canary/, 'the answer has the secret');
  await telemetry.shutdown();
  const [span] = receiver.spans(traceId);
  const details = receiver.logRecords().find(({ eventName }) => eventName === DETAILS);
  return { text: JSON.stringify([receiver.bodies, receiver.logBodies]), span, details };
}

test('without the setting, no prompt or answer leaves the process', async (t) => {
  const { text, span, details } = await ask(t);
  assert.equal(span?.name, 'chat gpt-6-luna');
  assert.equal(details, undefined);
  assert.doesNotMatch(text, /blue cache|canary|brief/);
});

test('captured content has the conventions’ form and no secret, on the span and in its event', async (t) => {
  const { text, span, details } = await ask(t, 'SPAN_AND_EVENT');
  assert.doesNotMatch(text, /canary/);
  const toMessages = (found: typeof span | typeof details, key: string) => {
    const value = found!.attributes[key];
    return typeof value === 'string' ? (JSON.parse(value) as unknown) : value;
  };
  const hidden = 'The blue cache knows [redacted] by heart.';
  for (const found of [span, details]) {
    assert.deepEqual(toMessages(found, 'gen_ai.system_instructions'), [
      { type: 'text', content: 'Be brief about [redacted].' },
    ]);
    assert.deepEqual(toMessages(found, 'gen_ai.input.messages'), [
      { role: 'user', parts: [{ type: 'text', content: `Repeat: <t>${hidden}</t>` }] },
    ]);
    assert.deepEqual(toMessages(found, 'gen_ai.output.messages'), [
      { role: 'assistant', parts: [{ type: 'text', content: hidden }], finish_reason: 'stop' },
    ]);
  }
  assert.deepEqual([details!.traceId, details!.spanId], [traceId, span!.spanId]);
  assert.equal(details!.attributes['gen_ai.provider.name'], 'openai');
});

test('the setting chooses one place', async (t) => {
  const onSpan = await ask(t, 'SPAN_ONLY');
  assert.equal(onSpan.details, undefined);
  assert.ok(onSpan.span?.attributes['gen_ai.output.messages']);
  const inEvent = await ask(t, 'EVENT_ONLY');
  assert.ok(inEvent.details?.attributes['gen_ai.output.messages']);
  assert.equal(inEvent.span?.attributes['gen_ai.output.messages'], undefined);
});
