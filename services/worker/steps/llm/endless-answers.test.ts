import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { MAX_LLM_ANSWER_BYTES, MAX_LLM_STREAM_BYTES } from '@aio/core/definition/limits';
import { createTracing } from '@aio/runtime/tracing';
import { createHttpAgent } from '../http-agent.ts';
import { createKind, type LlmCallReport } from '../llm.ts';
import { createStepCall, failureOf } from '../testing/step-call.ts';
import { createEventLimit } from './event-limit.ts';

/** What the sockets of both sides hold on the way. */
const ON_THE_WAY = 16 * 1024 * 1024;
const LONG = 'x'.repeat(60_000);

/** The events of a vendor: what begins an answer, and a piece of text, of thinking or of a tool's input. */
const VENDORS = {
  'openai/gpt-6-luna': {
    begin: '',
    text: (text: string) => toOpenAi({ content: text }),
    other: (text: string) =>
      toOpenAi({ tool_calls: [{ index: 0, function: { arguments: text } }] }),
    inputTokens: null,
  },
  'anthropic/claude-haiku-5-5': {
    begin: toEvent({
      type: 'message_start',
      message: { id: 'm', model: 'm', usage: { input_tokens: 7, output_tokens: 1 } },
    }),
    text: (text: string) => toAnthropic({ type: 'text_delta', text }),
    other: (text: string) => toAnthropic({ type: 'thinking_delta', thinking: text }),
    inputTokens: 7,
  },
} as const;

function toEvent(event: Record<string, unknown>): string {
  const name = typeof event['type'] === 'string' ? `event: ${event['type']}\n` : '';
  return `${name}data: ${JSON.stringify(event)}\n\n`;
}

function toOpenAi(delta: object): string {
  const choices = [{ index: 0, delta, finish_reason: null }];
  return toEvent({ id: 'c', object: 'chat.completion.chunk', model: 'm', choices });
}

function toAnthropic(delta: object): string {
  return toEvent({ type: 'content_block_delta', index: 0, delta });
}

interface Answer {
  status?: number;
  contentType?: string;
  begin?: string;
  /** Sent without end. */
  piece: string;
}

/** A vendor whose answers never end. `sent` resolves to the bytes of each answer when its connection closes. */
async function startVendor(t: TestContext, { status = 200, contentType, ...answer }: Answer) {
  const closed: Promise<number>[] = [];
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(status, { 'content-type': contentType ?? 'text/event-stream' });
    closed.push(sendForever(response, answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const agent = createHttpAgent();
  t.after(async () => {
    await agent.destroy();
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const reports: LlmCallReport[] = [];
  const kind = createKind({
    agent,
    tracing: createTracing('test'),
    prices: new Map(),
    openai: { apiKey: 'any', baseUrl: `${url}/v1` },
    anthropic: { apiKey: 'any', baseUrl: url },
    onLlmCall: (report) => reports.push(report),
    onLlmChunk: () => () => {},
  });
  const ask = (model: string) => failureOf(kind, createStepCall({ model, prompt: 'x' }));
  return { ask, reports, sent: () => Promise.all(closed) };
}

async function sendForever(
  response: ServerResponse,
  { begin = '', piece }: Pick<Answer, 'begin' | 'piece'>,
): Promise<number> {
  const { socket } = response;
  const gone = once(response, 'close');
  response.write(begin);
  while (!response.destroyed)
    if (!response.write(piece)) await Promise.race([once(response, 'drain'), gone]);
  return socket!.bytesWritten;
}

for (const [model, vendor] of Object.entries(VENDORS)) {
  const { begin } = vendor;
  for (const [what, answer, most] of [
    ['text', { begin, piece: vendor.text(LONG) }, MAX_LLM_ANSWER_BYTES],
    ['a line', { begin: `${begin}data: `, piece: LONG }, MAX_LLM_ANSWER_BYTES],
    ['an event', { begin, piece: `data: ${LONG}\n` }, MAX_LLM_ANSWER_BYTES],
    [
      'a body that is no stream',
      { begin: '{"a": "', piece: LONG, contentType: 'application/json' },
      MAX_LLM_ANSWER_BYTES,
    ],
    ['anything but text', { begin, piece: vendor.other(LONG) }, MAX_LLM_STREAM_BYTES],
    ['comments', { begin, piece: `: ${LONG}\n\n` }, MAX_LLM_STREAM_BYTES],
  ] as const) {
    test(`${model}: ${what} without end is cut, and its connection closes`, async (t) => {
      const { ask, sent, reports } = await startVendor(t, answer);
      const error = await ask(model);
      assert.deepEqual([error.code, error.retryable], ['llm_answer_too_large', false]);
      assert.equal(error.details['maxBytes'], most);
      const [bytes] = await sent();
      assert.ok(bytes! < most + ON_THE_WAY, `${bytes} bytes`);
      const usage = answer.begin.startsWith('{') ? null : vendor.inputTokens;
      assert.equal(error.usage?.inputTokens ?? null, usage, 'the usage known so far');
      assert.equal(reports[0]?.errorType, 'llm_answer_too_large');
    });
  }

  test(`${model}: an error without end is cut, too`, async (t) => {
    const answer = { status: 500, contentType: 'application/json', begin: '{"a":"', piece: LONG };
    const { ask, sent } = await startVendor(t, answer);
    const error = await ask(model);
    assert.equal(error.code, 'llm_unavailable');
    assert.ok(error.message.length < 2000, `${error.message.length} characters`);
    const [bytes] = await sent();
    assert.ok(bytes! < MAX_LLM_ANSWER_BYTES + ON_THE_WAY, `${bytes} bytes`);
  });

  test(`${model}: eight answers without end at once are cut`, async (t) => {
    const { ask, sent } = await startVendor(t, { begin, piece: vendor.text('word '.repeat(200)) });
    const errors = await Promise.all(Array.from({ length: 8 }, () => ask(model)));
    assert.deepEqual(new Set(errors.map(({ code }) => code)), new Set(['llm_answer_too_large']));
    assert.equal((await sent()).length, 8);
  });
}

test('events pass whole, however they arrive', async () => {
  const text = 'data: ä\n\n: b\r\n\r\ndata: c\n\nrest';
  for (const size of [1, 2, 3, 7, 1000]) {
    const bytes = Buffer.from(text);
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, nth) =>
      bytes.subarray(nth * size, (nth + 1) * size),
    );
    const limited = ReadableStream.from(chunks).pipeThrough(
      createEventLimit({ event: 16, total: bytes.length }),
    );
    const passed: string[] = [];
    for await (const chunk of limited) passed.push(Buffer.from(chunk).toString());
    assert.equal(passed.join(''), text);
    for (const chunk of passed.slice(0, -1)) assert.match(chunk, /\n\r?\n$/);
  }
});
