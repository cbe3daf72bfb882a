import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FreshRun } from '@aio/core/wake-up';
import { createSignalSender, subscribeSignals } from '../signals.ts';
import { testRedis } from '../testing/redis.ts';
import { v7 as uuidv7 } from 'uuid';
import { startTcpProxy } from '../testing/tcp-proxy.ts';
import { waitUntil } from '../testing/wait-until.ts';

test('signals', async (t) => {
  const { url, prefix } = await testRedis(t);
  const { hostname, port } = new URL(url);
  const proxy = await startTcpProxy({ host: hostname, port: Number(port) });
  const sender = createSignalSender({ redisUrl: url, prefix });
  const heard: string[] = [];
  const others: string[] = [];
  let subscribed = 0;
  const subscription = subscribeSignals({
    redisUrl: proxy.through(url),
    prefix,
    onRunId: (runId) => heard.push(runId),
    onTold: (runId) => others.push(`told ${runId}`),
    onOffered: (workerId) => others.push(`offered ${workerId}`),
    onLanes: () => others.push('lanes'),
    onFresh: ({ id, input }) => others.push(`fresh ${id} ${input}`),
    onBegun: (runId) => others.push(`begun ${runId}`),
    onSubscribed: () => void subscribed++,
  });
  t.after(() => Promise.all([sender.close(), subscription.close(), proxy.close()]));
  await waitUntil(() => subscribed === 1, { what: 'the subscription stands' });

  await t.test('name a run to those who listen, of the same prefix alone', async (t) => {
    const stranger = createSignalSender({ redisUrl: url, prefix: `${prefix}-other` });
    t.after(() => stranger.close());
    await waitUntil(() => stranger.publish('strange'), { what: 'the stranger has sent' });
    await waitUntil(() => sender.publish('first'), { what: 'it is sent' });
    await waitUntil(() => heard.length > 0, { what: 'it is heard' });
    assert.deepEqual(heard, ['first']);
  });

  await t.test(
    'of each kind are heard as what they are, but for what is none of them',
    async () => {
      await sender.publishTold('run');
      await sender.publishOffered('worker');
      await sender.publishLanes();
      const id = uuidv7();
      await sender.publishFresh({ id } as FreshRun);
      await sender.publishFresh({
        id,
        workflowId: id,
        workflowName: 'w',
        workflowVersionId: id,
        input: '{"n":1}',
        stepsTotal: 1,
        timeoutMs: null,
        traceparent: null,
        parentSpanId: null,
        tracestate: null,
      });
      await sender.publishBegun(['new', 'newer']);
      await waitUntil(() => others.length === 6, { what: 'all are heard' });
      assert.deepEqual(others, [
        'told run',
        'offered worker',
        'lanes',
        `fresh ${id} {"n":1}`,
        'begun new',
        'begun newer',
      ]);
      assert.deepEqual(heard, ['first']);
    },
  );

  await t.test('are heard again after an outage, without doing anything', async () => {
    await proxy.cut();
    await proxy.heal();
    await waitUntil(() => subscribed === 2, { what: 'it subscribes again' });
    assert.equal(await sender.publish('second'), true);
    await waitUntil(() => heard.includes('second'), { what: 'it is heard' });
    assert.deepEqual(heard, ['first', 'second']);
  });

  await t.test('are not waited for while Redis is away', async (t) => {
    const away = createSignalSender({ redisUrl: 'redis://127.0.0.1:1', prefix });
    t.after(() => away.close());
    assert.equal(await away.publish('lost'), false);
  });
});
