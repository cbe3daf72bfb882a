import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { once } from 'node:events';
import { createRedis } from '../redis.ts';
import { createResourceRates } from '../resource-rates.ts';
import { testRedis } from '../testing/redis.ts';
import { waitUntil } from '../testing/wait-until.ts';

async function startRates(t: TestContext) {
  const { url: redisUrl, prefix } = await testRedis(t);
  const rates = new Map([
    ['slow', { calls: 2, periodMs: 1000 }],
    ['daily', { calls: 1, periodMs: 86_400_000 }],
  ]);
  const limits = createResourceRates({ redisUrl, prefix, rates });
  t.after(() => limits.close());
  const ready = createRedis(redisUrl, { role: 'command' });
  await once(ready, 'ready');
  ready.disconnect();
  await limits.pause('probe', 60_000);
  await waitUntil(
    async () => {
      await limits.pause('probe', 60_000);
      return (await limits.admit('probe', false)).waitMs > 0;
    },
    { what: 'Redis' },
  );
  return limits;
}

describe('rates of a resource that all workers share', () => {
  it('allow as many calls at once as the period has, and reserve slots for the next ones', async (t) => {
    const limits = await startRates(t);
    const waits = [];
    for (let call = 0; call < 5; call++) waits.push((await limits.admit('slow', false)).waitMs);
    assert.deepEqual(waits.slice(0, 2), [0, 0]);
    for (const [nth, wait] of waits.slice(2).entries())
      assert.ok(wait > nth * 500 && wait <= (nth + 1) * 500, `${wait} ms`);
    assert.deepEqual(await limits.admit('slow', true), { waitMs: 0, isReserved: true });
  });

  it('reserve no slots far ahead', async (t) => {
    const limits = await startRates(t);
    assert.deepEqual(await limits.admit('daily', false), { waitMs: 0, isReserved: true });
    const late = await limits.admit('daily', false);
    assert.ok(!late.isReserved && late.waitMs >= 5000 && late.waitMs <= 10_000, `${late.waitMs}`);
  });

  it('only limit resources with a rate or a pause', async (t) => {
    const limits = await startRates(t);
    await limits.pause('busy', 5000);
    assert.equal((await limits.admit('other', false)).waitMs, 0);
    for (const isReserved of [false, true]) {
      const { waitMs } = await limits.admit('busy', isReserved);
      assert.ok(waitMs > 0 && waitMs <= 10_000, `${waitMs} ms`);
    }
  });
});
