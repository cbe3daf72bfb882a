import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAnnouncer } from '../queues/announcer.ts';
import { createChangePublisher, subscribeChanges } from '../queues/run-changes.ts';
import { testRedis } from '../testing/redis.ts';
import { startTcpPath } from '../testing/tcp-path.ts';
import { waitUntil } from '../testing/wait-until.ts';

test('changes of runs', async (t) => {
  const { url, prefix } = await testRedis(t);
  const path = await startTcpPath(url);
  const publisher = createChangePublisher({ redisUrl: url, prefix });
  const named: string[] = [];
  let subscribed = 0;
  const subscription = subscribeChanges({
    redisUrl: path.through(url),
    prefix,
    onChange: (runId) => named.push(runId),
    onSubscribed: () => void subscribed++,
  });
  t.after(() => Promise.all([publisher.close(), subscription.close(), path.close()]));
  await waitUntil(() => subscribed === 1, { what: 'the subscription stands' });

  await t.test('reach all subscribers with the same prefix, and no others', async (t) => {
    const stranger = createChangePublisher({ redisUrl: url, prefix: `${prefix}-other` });
    t.after(() => stranger.close());
    await waitUntil(() => stranger.publish('strange'), { what: 'the stranger has sent' });
    await waitUntil(() => publisher.publish('first'), { what: 'it is sent' });
    await waitUntil(() => named.length > 0, { what: 'it arrives' });
    assert.deepEqual(named, ['first']);
  });

  await t.test('arrive again after an outage; those during the outage are lost', async () => {
    await path.set('refused');
    await publisher.publish('lost');
    await path.set('open');
    await waitUntil(() => subscribed === 2, { what: 'it subscribes again' });
    assert.equal(await publisher.publish('second'), true);
    await waitUntil(() => named.includes('second'), { what: 'it arrives' });
    assert.deepEqual(named, ['first', 'second']);
  });

  await t.test('do not wait while Redis is down', async (t) => {
    const away = createChangePublisher({ redisUrl: 'redis://127.0.0.1:1', prefix });
    t.after(() => away.close());
    assert.equal(await away.publish('lost'), false);
  });
});

test('publishes a changed run, and sends a job if no worker holds it', async () => {
  const sent: string[] = [];
  const published: string[] = [];
  const announce = createAnnouncer({
    queues: {
      async addRuns(runs) {
        sent.push(...runs.map(({ runId }) => runId));
        return true;
      },
    },
    changes: {
      async publish(runId) {
        published.push(runId);
        return true;
      },
    },
  });
  const run = { epoch: 1, workflowId: 'w', traceparent: null, tracestate: null };
  await announce([
    { ...run, runId: 'held', workerId: 'a' },
    { ...run, runId: 'free', workerId: null },
  ]);
  assert.deepEqual(sent, ['free']);
  assert.deepEqual(published, ['held', 'free']);
});
