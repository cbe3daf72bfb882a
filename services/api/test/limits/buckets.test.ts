import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { testRedis } from '@aio/platform/testing/redis';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { createTokenBuckets } from '@aio/platform/redis/token-buckets';
import { createBuckets } from '../../limits/buckets.ts';

const HOUR_MS = 3_600_000;
const QUOTA = { requests: 10, windowMs: HOUR_MS };
const NOWHERE = { redisUrl: 'redis://127.0.0.1:1', prefix: 'nowhere' };

/** The buckets of a replica, with a clock that only the test moves. */
function createReplica(t: TestContext, redis: { redisUrl: string; prefix: string }) {
  const shared = createTokenBuckets(redis);
  const unshared: [string, number][] = [];
  const clock = { nowMs: 0 };
  const buckets = createBuckets({
    shared,
    onUnshared: (policy, requests) => unshared.push([policy, requests]),
    now: () => clock.nowMs,
  });
  t.after(async () => {
    buckets.close();
    await shared.close();
  });
  const take = (id = 'a') => buckets.take('user', id, QUOTA);
  const takeAll = () => Array.from({ length: 30 }, () => take()).filter((one) => one.isAllowed);
  /** Wait for the connection, or Redis would miss counts. */
  const connected = () =>
    waitUntil(async () => (await shared.spend([])) !== null, { what: 'Redis to be there' });
  return { take, takeAll, connected, unshared, clock };
}

async function startTwo(t: TestContext) {
  const { url: redisUrl, prefix } = await testRedis(t);
  const [one, other] = [0, 1].map(() => createReplica(t, { redisUrl, prefix }));
  await Promise.all([one!.connected(), other!.connected()]);
  return [one!, other!] as const;
}

test('a bucket allows its quota and says when more is available', (t) => {
  const { take, clock } = createReplica(t, NOWHERE);
  const first = take();
  assert.deepEqual(first, { isAllowed: true, left: 9, resetMs: HOUR_MS / 10 });
  for (let left = 8; left >= 0; left -= 1) assert.equal(take().left, left);
  assert.deepEqual(take(), { isAllowed: false, left: 0, resetMs: HOUR_MS / 10 });
  assert.equal(take('b').isAllowed, true, 'others have their own');

  clock.nowMs = HOUR_MS / 20;
  assert.equal(take().resetMs, HOUR_MS / 20, 'being refused costs nothing');
  clock.nowMs = HOUR_MS / 10;
  assert.deepEqual([take().isAllowed, take().isAllowed], [true, false]);
  clock.nowMs = 10 * HOUR_MS;
  assert.equal(take().left, 9, 'it never holds more than its quota');
});

test('replicas share a bucket', async (t) => {
  const [one, other] = await startTwo(t);
  assert.equal(one.takeAll().length, 10);
  await waitUntil(() => !other.take().isAllowed, { what: 'the other replica learns the count' });
  assert.equal(other.take('b').isAllowed, true);
  assert.deepEqual([one.unshared, other.unshared], [[], []]);
});

test('an excess of concurrent requests becomes a debt', async (t) => {
  const [one, other] = await startTwo(t);
  const passed = one.takeAll().length + other.takeAll().length;
  assert.equal(passed, 20, 'neither waits for the other');
  const resetMs = () => Math.max(one.take().resetMs, other.take().resetMs);
  await waitUntil(() => resetMs() > HOUR_MS, { what: 'a debt of ten requests, or an hour' });
});

test('without Redis, a replica decides alone and counts the requests', async (t) => {
  const { takeAll, unshared } = createReplica(t, NOWHERE);
  assert.equal(takeAll().length, 10);
  await waitUntil(() => unshared.length > 0, { what: 'the requests are reported' });
  assert.deepEqual(unshared, [['user', 10]]);
  assert.equal(takeAll().length, 0);
});

test('requests from an outage of Redis still count after it', async (t) => {
  const answers = [null, [10]];
  const received: (number[] | null)[] = [];
  const buckets = createBuckets({
    shared: {
      async spend() {
        const answer = answers.shift() ?? [10];
        received.push(answer);
        return answer;
      },
    },
    onUnshared: () => {},
    now: () => 0,
  });
  t.after(() => buckets.close());
  const take = () => buckets.take('user', 'a', QUOTA);
  for (let nth = 0; nth < 9; nth += 1) take();
  await waitUntil(() => received.length === 1, { what: 'Redis was down' });
  assert.equal(take().left, 0);
  await waitUntil(() => received.length === 2, { what: 'Redis is back and has no counts' });
  assert.equal(take().isAllowed, false);
});
