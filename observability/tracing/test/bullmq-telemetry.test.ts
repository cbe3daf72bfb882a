import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test, type TestContext } from 'node:test';
import { context } from '@opentelemetry/api';
import { createRedis, closeRedis } from '@aio/platform/redis/redis';
import { queuePrefix } from '@aio/platform/queues/work-queues';
import { testRedis } from '@aio/platform/testing/redis';
import { TEST_DATABASE_URL } from '@aio/platform/testing/servers';
import { DelayedError, FlowProducer, type Job, Queue, Worker } from 'bullmq';
import { Pool } from 'pg';
import {
  bullmqTelemetry,
  contextOf,
  jobSpanOf,
  leaveOutJobSpan,
  metadataOf,
  withSender,
} from '../bullmq-telemetry.ts';
import { observePool } from '../observe-pg.ts';
import { createSpans } from '../spans.ts';
import { contextFromTraceparent } from '../trace-context.ts';
import { collectSpans, contentOf, edgesOf } from '../testing/collect-spans.ts';

const collected = collectSpans();
const spans = createSpans({ scope: 'test' });
const telemetry = bullmqTelemetry({ scope: 'test' });
const REQUEST = { method: 'POST', headers: {} };
const UNSAMPLED = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-00`;

async function open(
  t: TestContext,
  process: (job: Job) => Promise<unknown>,
  options: { telemetry?: typeof telemetry; name?: string } = {},
) {
  const { url, prefix } = await testRedis(t);
  const name = options.name ?? 'mail';
  const [sender, receiver] = [
    createRedis(url, { role: 'command' }),
    createRedis(url, { role: 'blocking' }),
  ];
  await once(sender, 'ready');
  const shared = { prefix: queuePrefix(prefix, name), telemetry, ...options };
  const queue = new Queue(name, { ...shared, connection: sender });
  const worker = new Worker(name, process, { ...shared, connection: receiver });
  t.after(async () => {
    await Promise.all([worker.close(), queue.close()]);
    await Promise.all([closeRedis(sender), closeRedis(receiver)]);
  });
  return { queue, flows: () => new FlowProducer({ ...shared, connection: sender }) };
}

test('request, queue and SQL are one trace, without payload, result and values', async (t) => {
  const pool = observePool(new Pool({ connectionString: TEST_DATABASE_URL }), { scope: 'test' });
  t.after(() => pool.end());
  const { queue } = await open(t, async () => {
    await pool.query("select relname from pg_class where relname = 'canary' or relname = $1", [
      'canary',
    ]);
    return { found: 'canary' };
  });
  await spans.inServerSpan(REQUEST, async () => {
    await queue.add('welcome', { to: 'canary' });
  });
  const found = await collected.take('process mail');
  assert.deepEqual(edgesOf(found), [
    '- > POST',
    'POST > send mail',
    'process mail > SELECT pg_class',
    'process mail > acquire connection',
    'send mail > process mail',
  ]);
  assert.equal(new Set(found.map((span) => span.spanContext().traceId)).size, 1);
  assert.doesNotMatch(contentOf(found), /canary/);
  const attributes = (name: string) => found.find((span) => span.name === name)?.attributes;
  assert.deepEqual(attributes('send mail'), {
    'messaging.system': 'bullmq',
    'messaging.destination.name': 'mail',
    'messaging.operation.name': 'send',
    'messaging.operation.type': 'send',
    'messaging.message.id': '1',
  });
  assert.equal(attributes('process mail')?.['messaging.operation.name'], 'process');
  assert.equal(attributes('process mail')?.['messaging.message.id'], '1');
});

test('jobs without a sampled context have no span, and pass the decision on', async (t) => {
  const seen: string[] = [];
  const { queue } = await open(t, async () => void seen.push(metadataOf(context.active())));
  await queue.add('background', {});
  await queue.add('foreign', {}, { telemetry: { metadata: 'not JSON' } });
  await queue.addBulk([
    { name: 'foreign', data: {}, opts: { telemetry: { metadata: '"a text"' } } },
  ]);
  await context.with(contextFromTraceparent(UNSAMPLED), () => queue.add('unsampled', {}));
  await spans.inServerSpan(REQUEST, async () => void (await queue.add('sampled', {})));
  const found = await collected.take('process mail');
  assert.deepEqual(edgesOf(found), ['- > POST', 'POST > send mail', 'send mail > process mail']);
  assert.deepEqual(seen.slice(0, 4), ['', '', '', JSON.stringify({ traceparent: UNSAMPLED })]);
});

test('each attempt of a failing job is below the sender, without its message', async (t) => {
  const { queue } = await open(t, async () => Promise.reject(new TypeError('the canary')));
  await spans.inServerSpan(REQUEST, async () => {
    await queue.add('flaky', {}, { attempts: 3 });
  });
  const found = await collected.take('process mail', 3);
  assert.deepEqual(edgesOf(found), [
    '- > POST',
    'POST > send mail',
    'send mail > process mail',
    'send mail > process mail',
    'send mail > process mail',
  ]);
  const attempt = found.find(({ name }) => name === 'process mail');
  assert.equal(attempt?.attributes['error.type'], 'job_failed');
  assert.equal(attempt.status.code, 2);
  assert.doesNotMatch(contentOf(found), /canary/);
});

test('a delivery whose job goes back untouched has no span', async (t) => {
  const { queue } = await open(t, async (job) => {
    jobSpanOf()?.setAttribute('delivery', job.attemptsStarted);
    if (job.attemptsStarted > 1) return;
    leaveOutJobSpan();
    await job.moveToDelayed(Date.now(), job.token);
    throw new DelayedError();
  });
  await spans.inServerSpan(REQUEST, async () => {
    await queue.add('later', {});
  });
  const found = await collected.take('process mail');
  assert.deepEqual(edgesOf(found), ['- > POST', 'POST > send mail', 'send mail > process mail']);
  assert.equal(found.find(({ name }) => name === 'process mail')!.attributes['delivery'], 2);
});

test('jobs sent together share a span, and names of queues may have dots', async (t) => {
  const { queue } = await open(t, async () => undefined, { name: 'mail.out' });
  await spans.inServerSpan(REQUEST, async () => {
    await queue.add('one.first', {});
    await queue.addBulk([
      { name: 'two', data: {} },
      { name: 'three', data: {} },
    ]);
  });
  const found = await collected.take('process mail.out', 3);
  const sent = found.filter(({ name }) => name === 'send mail.out');
  assert.deepEqual(
    sent.map(({ attributes }) => attributes['messaging.batch.message_count']),
    [undefined, 2],
  );
  assert.ok(sent.every(({ attributes: a }) => a['messaging.destination.name'] === 'mail.out'));
});

test('a flow has one span for each of its jobs', async (t) => {
  const opened = await open(t, async () => undefined);
  const flows = opened.flows();
  t.after(() => flows.close());
  await spans.inServerSpan(REQUEST, async () => {
    const job = { name: 'one', queueName: 'mail', opts: {} };
    await flows.add({ ...job, children: [{ ...job, name: 'first' }] });
  });
  const found = await collected.take('process mail', 2);
  assert.deepEqual(edgesOf(found), [
    '- > POST',
    'POST > send mail',
    'send mail > process mail',
    'send mail > process mail',
    'send mail > send mail',
  ]);
});

test('a job may carry a context of its own, above its work', async (t) => {
  const own = `00-${'c'.repeat(32)}-${'d'.repeat(16)}-01`;
  const server = { address: 'redis.example', port: 6379 };
  const given = bullmqTelemetry({
    scope: 'test',
    server,
    metadataOf: () => '',
    isParent: () => false,
  });
  const work = () => spans.inSpan('work', {}, () => void jobSpanOf()?.setAttribute('mine', true));
  const { queue } = await open(t, work, { telemetry: given });
  await spans.inServerSpan(REQUEST, async () => {
    await withSender(context.active(), () => {
      const metadata = metadataOf(contextFromTraceparent(own));
      return queue.add('own', {}, { telemetry: { metadata } });
    });
  });
  const found = await collected.take('process mail');
  const [sent, processed] = ['send mail', 'process mail'].map((name) =>
    found.find((span) => span.name === name)!,
  );
  const linked = processed!.links.map(({ context: { traceId, spanId } }) => ({ traceId, spanId }));
  assert.deepEqual(linked, [
    { traceId: sent!.spanContext().traceId, spanId: sent!.spanContext().spanId },
  ]);
  assert.equal(processed!.attributes['mine'], true);
  for (const { attributes } of [sent!, processed!])
    assert.equal(attributes['server.address'], server.address);
  for (const name of ['process mail', 'work'])
    assert.equal(
      found.find((span) => span.name === name)?.parentSpanContext?.spanId,
      'd'.repeat(16),
    );
});

test('a context survives its text', () => {
  const text = metadataOf(contextFromTraceparent(UNSAMPLED));
  assert.equal(metadataOf(contextOf(text)), text);
  for (const invalid of ['', '{', 'null', '1']) assert.equal(metadataOf(contextOf(invalid)), '');
});
