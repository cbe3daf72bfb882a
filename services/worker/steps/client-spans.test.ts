import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { context, trace } from '@opentelemetry/api';
import { createRedactor } from '@aio/core/text/redact';
import { createSimulator, type Simulator } from '@aio/llm-simulator/server';
import { startTestTelemetry } from '@aio/runtime/testing/telemetry';
import type { ReceivedSpan } from '@aio/runtime/otlp/otlp-json';
import { contextFromTraceparent } from '@aio/runtime/trace-context';
import { createTracing } from '@aio/runtime/tracing';
import { type HttpServer, startHttpServer } from '@aio/tools/testing/http-server';
import type { Agent } from 'undici';
import { createHttpAgent } from './http-agent.ts';
import { readPrices } from './llm/price-file.ts';
import { createStepKinds } from './registry.ts';
import type { StepKind } from './step-kind.ts';
import { createStepCall } from './testing/step-call.ts';

const ATTEMPT_SPAN_ID = 'b7ad6b7169203331';
const SECRET = 'canary-7f3a';

/** A new trace for each test, sampled or not, that ends in the attempt's span. */
function attemptTrace(traceId: string, flags: '00' | '01') {
  return contextFromTraceparent(`00-${traceId}-${ATTEMPT_SPAN_ID}-${flags}`);
}

describe('client spans', () => {
  let telemetry: Awaited<ReturnType<typeof startTestTelemetry>>;
  let simulator: Simulator;
  let agent: Agent;
  let kinds: ReadonlyMap<string, StepKind>;
  let traceparents: (string | undefined)[] = [];
  /** As metrics and the run page have them. */
  let firstTokens: (number | null)[] = [];
  /** Spans in which queries ran. */
  const asked: (string | undefined)[] = [];
  const listener: RequestListener = (request, response) => {
    traceparents.push(request.headers['traceparent'] as string | undefined);
    if (request.url?.startsWith('/from')) response.writeHead(302, { location: '/broken' }).end();
    else response.writeHead(request.url?.startsWith('/broken') ? 500 : 200).end();
  };
  let server: HttpServer;
  let url: string;

  before(async () => {
    telemetry = await startTestTelemetry({}, { withLogs: true });
    simulator = await createSimulator({ dials: { latencyMs: 0, firstTokenMs: 0, tokenMs: 0 } });
    agent = createHttpAgent();
    kinds = createStepKinds({
      agent,
      guardedAgent: agent,
      tracing: createTracing('test'),
      openai: { apiKey: SECRET, baseUrl: `${simulator.url}/v1` },
      anthropic: { apiKey: SECRET, baseUrl: simulator.url },
      prices: readPrices(null),
      onLlmCall: ({ timeToFirstTokenMs }) => firstTokens.push(timeToFirstTokenMs),
      onLlmChunk: () => () => {},
      findVersion: async () => {
        asked.push(trace.getSpanContext(context.active())?.spanId);
        return null;
      },
      readPlan: () => Promise.reject(new Error('not asked for')),
    });
    server = await startHttpServer(listener);
    ({ url } = server);
  });
  after(async () => {
    await agent.close();
    await simulator.close();
    await server.close();
    await telemetry.close();
  });

  async function execute(kind: string, step: object, traceId: string, flags: '00' | '01' = '01') {
    traceparents = [];
    firstTokens = [];
    const redactor = createRedactor([SECRET]);
    const call = createStepCall<unknown>(step, { trace: attemptTrace(traceId, flags), redactor });
    await Promise.resolve(kinds.get(kind)!.execute(call)).catch(() => {});
  }

  function spansOf(traceId: string, count: number): Promise<ReceivedSpan[]> {
    return telemetry.receiver.waitForSpans(traceId, (spans) => spans.length >= count);
  }

  test('http: a span per request, below the attempt, sent to the server', async () => {
    const traceId = '1'.repeat(32);
    const headers = { authorization: SECRET };
    await execute('http', { url: `${url}/from?token=${SECRET}`, headers }, traceId);
    const spans = await spansOf(traceId, 2);
    const common = { name: 'GET', kind: 'client', parentSpanId: ATTEMPT_SPAN_ID };
    const attributes = {
      'http.request.method': 'GET',
      'server.address': '127.0.0.1',
      'server.port': Number(new URL(url).port),
    };
    assert.deepEqual(
      spans.map(({ name, kind, parentSpanId, status, attributes }) => {
        return { name, kind, parentSpanId, status, attributes };
      }),
      [
        {
          ...common,
          status: 'unset',
          attributes: {
            ...attributes,
            'url.full': `${url}/from`,
            'http.response.status_code': 302,
          },
        },
        {
          ...common,
          status: 'error',
          attributes: {
            ...attributes,
            'url.full': `${url}/broken`,
            'http.request.resend_count': 1,
            'http.response.status_code': 500,
            'error.type': '500',
          },
        },
      ],
    );
    assert.deepEqual(
      traceparents,
      spans.map(({ spanId }) => `00-${traceId}-${spanId}-01`),
    );
  });

  for (const [model, traceId] of [
    ['openai/gpt-6-luna', '2'.repeat(32)],
    ['anthropic/claude-haiku-5-5', '3'.repeat(32)],
  ] as const) {
    test(`llm: one span by gen_ai, ${model}`, async () => {
      const prompt = `Please repeat this one sentence: ${SECRET}.`;
      await execute('llm', { model, prompt, maxTokens: 500 }, traceId);
      const [span, ...more] = await spansOf(traceId, 1);
      assert.equal(more.length, 0, "the SDK's own spans are off");
      const [provider, name] = model.split('/');
      assert.equal(span?.name, `chat ${name}`);
      assert.equal(span?.parentSpanId, ATTEMPT_SPAN_ID);
      const { attributes } = span!;
      assert.partialDeepStrictEqual(attributes, {
        'gen_ai.provider.name': provider,
        'gen_ai.request.max_tokens': 500,
        'gen_ai.request.stream': true,
        'gen_ai.prompt.name': 'test/step',
        'gen_ai.prompt.version': '3',
        'gen_ai.response.model': name,
      });
      const reasons = [provider === 'openai' ? 'stop' : 'end_turn'];
      assert.deepEqual(attributes['gen_ai.response.finish_reasons'], reasons);
      assert.equal(attributes['gen_ai.output.type'], undefined);
      const [firstTokenMs] = firstTokens;
      assert.equal(attributes['gen_ai.response.time_to_first_chunk'], firstTokenMs! / 1000);
      assert.ok((attributes['gen_ai.usage.output_tokens'] as number) > 0);
      assert.ok((attributes['aio.llm.cost_usd'] as number) > 0);
    });
  }

  test('llm: an answer with a schema is JSON', async () => {
    const traceId = '8'.repeat(32);
    const schema = { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'] };
    await execute('llm', { model: 'openai/gpt-6-luna', prompt: 'x', schema }, traceId);
    const [span] = await spansOf(traceId, 1);
    assert.equal(span?.attributes['gen_ai.output.type'], 'json');
  });

  test('llm: a failure has its code', async () => {
    const traceId = '4'.repeat(32);
    simulator.turn({ faults: { rateLimit: 1 } });
    await execute('llm', { model: 'openai/gpt-6-luna', prompt: 'x' }, traceId);
    simulator.turn({ faults: { rateLimit: 0 } });
    const [span] = await spansOf(traceId, 1);
    assert.equal(span?.status, 'error');
    assert.equal(span?.attributes['error.type'], 'llm_rate_limited');
    const [record] = await telemetry.receiver.waitForLogRecords((records) => records.length > 0);
    assert.equal(record?.eventName, 'gen_ai.client.operation.exception');
    assert.equal(record.spanId, span!.spanId);
    assert.equal(record.attributes['error.type'], 'llm_rate_limited');
  });

  test('unsampled: no span, and the server learns it', async () => {
    const unsampled = '5'.repeat(32);
    await execute('http', { url }, unsampled, '00');
    assert.deepEqual(traceparents, [`00-${unsampled}-${ATTEMPT_SPAN_ID}-00`]);
    // A span of the unsampled call would arrive before this one.
    const later = '6'.repeat(32);
    await execute('http', { url }, later);
    await spansOf(later, 1);
    assert.deepEqual(telemetry.receiver.spans(unsampled), []);
  });

  test('workflow: its queries run within the attempt', async () => {
    await execute('workflow', { workflow: 'other' }, '9'.repeat(32));
    assert.deepEqual(asked, [ATTEMPT_SPAN_ID]);
  });

  test('http: a secret in the path is hidden', async () => {
    const traceId = '7'.repeat(32);
    await execute('http', { url: `${url}/x/${SECRET}` }, traceId);
    const [span] = await spansOf(traceId, 1);
    assert.equal(span?.attributes['url.full'], `${url}/x/[redacted]`);
  });

  test('no secret is in any span', () => {
    assert.ok(telemetry.receiver.spans().length >= 6);
    assert.ok(!JSON.stringify(telemetry.receiver.spans()).includes(SECRET));
    assert.ok(!telemetry.receiver.logBodies.join().includes(SECRET));
  });
});
