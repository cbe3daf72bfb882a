import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test, type TestContext } from 'node:test';
import { type TextPiece, textChannelOf } from '@aio/core/run/jobs';
import { createRedactor, NO_SECRETS, REDACTED, type Redactor } from '@aio/core/text/redact';
import {
  createLiveTextPublisher,
  createLiveTextSubscriber,
  type LiveTextPublisher,
} from '@aio/platform/queues/live-texts';
import { closeRedis, createRedis } from '@aio/platform/redis/redis';
import { testRedis } from '@aio/platform/testing/redis';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { showLiveText } from '../engine/executor/live-text.ts';
import { createEngineBench } from './start-engine.ts';

const KEY = { runId: 'run', step: 'ask', iteration: -1, attempt: 2 };
const PROMPT = `
  ask:
    type: llm
    with: { model: openai/x, prompt: Why? }
`;

/** Watches a run. @returns the pieces so far, and the text that they make */
function watch(t: TestContext, redis: { redisUrl: string; prefix: string }, runId: string) {
  const subscriber = createLiveTextSubscriber(redis);
  t.after(() => subscriber.close());
  const pieces: TextPiece[] = [];
  const leave = subscriber.watch(runId, (piece) => pieces.push(piece));
  const text = () => pieces.reduce((all, piece) => all.slice(0, piece.offset) + piece.text, '');
  return { pieces, text, leave };
}

test('an attempt shows its text to each person who watches, from its beginning', async (t) => {
  let written = 'Because';
  const ending = Promise.withResolvers<void>();
  const bench = await createEngineBench(t, async (call) => {
    call.readText = () => written;
    await ending.promise;
    return { text: written };
  });
  const engine = bench.start({ llmSlots: 1 });
  const id = await bench.submit(PROMPT);
  const first = watch(t, bench.redis, id);
  const ended = bench.finish(engine, id);
  await waitUntil(() => first.text() === 'Because', { what: 'the text so far' });
  written = 'Because it streams.';
  await waitUntil(() => first.text() === written, { what: 'the text goes on' });
  const { step, iteration, attempt, isCut } = first.pieces.at(-1)!;
  assert.deepEqual([step, iteration, attempt, isCut], ['ask', -1, 1, false]);

  const late = watch(t, bench.redis, id);
  await waitUntil(() => late.text() === written, { what: 'the whole text for somebody else' });
  ending.resolve();
  assert.equal((await ended).status, 'succeeded');
});

/** Shows a text, and counts how often the attempt asks for watchers. */
async function show(
  t: TestContext,
  {
    readText,
    redactor = NO_SECRETS,
    redisUrl,
  }: { readText: () => string; redactor?: Redactor; redisUrl?: string },
) {
  const { url, prefix } = await testRedis(t);
  const redis = { redisUrl: redisUrl ?? url, prefix };
  const publisher: LiveTextPublisher = createLiveTextPublisher(redis);
  let looks = 0;
  const texts = {
    ...publisher,
    async watchersOf(runId: string) {
      const found = await publisher.watchersOf(runId);
      looks += 1;
      return found;
    },
  };
  const end = showLiveText(texts, KEY, { readText, redactor });
  t.after(async () => {
    end();
    await publisher.close();
  });
  return { redis, looks: () => looks };
}

test('reads and sends nothing unless somebody watches', async (t) => {
  let reads = 0;
  const readText = () => `${(reads += 1)}`;
  const { redis, looks } = await show(t, { readText });
  const listener = createRedis(redis.redisUrl, { role: 'subscriber' });
  t.after(() => closeRedis(listener));
  const heard: string[] = [];
  listener.on('message', (_, text: string) => heard.push(text));
  if (listener.status !== 'ready') await once(listener, 'ready');
  await listener.subscribe(`${redis.prefix}:${textChannelOf(KEY.runId)}`);
  await waitUntil(() => looks() > 1, { what: 'the attempt has asked' });
  assert.deepEqual([reads, heard], [0, []]);

  const { pieces, leave } = watch(t, redis, KEY.runId);
  await waitUntil(() => pieces.length > 0 && heard.length > 0, { what: 'somebody watches' });
  leave();
  await waitUntil(
    async () => {
      const before = [reads, looks()];
      await waitUntil(() => looks() > before[1]! + 1, { what: 'the attempt asks again' });
      return reads === before[0];
    },
    { what: 'it sends no more', timeoutMs: 60_000 },
  );
});

test('shows a text without its secrets, and not more than 32,768 characters', async (t) => {
  const secret = 'canary-token';
  const text = `It is ${secret}, said the model. ${'All is well! '.repeat(4_000)}`;
  let length = 0;
  const readText = () => text.slice(0, (length = length < 60 ? length + 4 : text.length));
  const { redis } = await show(t, { readText, redactor: createRedactor([secret]) });
  const shown = watch(t, redis, KEY.runId);
  await waitUntil(() => shown.pieces.at(-1)?.isCut, { what: 'the end', timeoutMs: 60_000 });
  assert.ok(shown.pieces.length > 10, 'it came in pieces');
  assert.ok(shown.text().startsWith(`It is ${REDACTED}, said the model. All`), shown.text());
  assert.ok(shown.text().length <= 32_768);
});

test('without Redis, an attempt goes on and shows nothing', async (t) => {
  const readText = () => assert.fail('nobody can watch');
  const { looks } = await show(t, { readText, redisUrl: 'redis://127.0.0.1:1' });
  await waitUntil(() => looks() > 1, { what: 'it keeps asking' });
});
