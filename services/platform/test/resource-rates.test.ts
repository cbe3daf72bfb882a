import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { once } from 'node:events';
import { createRedis } from '../redis/redis.ts';
import { createResourceRates, type ResourceRates } from '../redis/resource-rates.ts';
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
  return {
    ...limits,
    /** Sets the count of refusals in a row. */
    async setRefusals(resource: string, refusals: number) {
      const redis = createRedis(redisUrl, { role: 'command' });
      await once(redis, 'ready');
      await redis.set(`{${prefix}-rates:${resource}}:refusals`, refusals);
      redis.disconnect();
    },
  };
}

/** The pauses after this many refusals without a time in a row, each after the last pause. */
async function backOff(limits: ResourceRates, resource: string, refusals: number) {
  const pauses = [];
  for (let refusal = 0; refusal < refusals; refusal++) {
    await waitUntil(async () => (await limits.admit(resource, false)).waitMs === 0, {
      what: 'the end of the pause',
    });
    pauses.push(await limits.pause(resource, null));
  }
  return pauses;
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

  it('never shorten a pause', async (t) => {
    const limits = await startRates(t);
    assert.equal(await limits.pause('busy', 60_000), 60_000);
    for (const shorter of [1, 0, 5000, null]) {
      const left = await limits.pause('busy', shorter);
      assert.ok(left > 30_000 && left <= 60_000, `${shorter}: ${left} ms`);
    }
    assert.equal(await limits.pause('busy', 90_000), 90_000);
    const pauses = await Promise.all(
      [7, 70_000, 100_000, 8].map((ms) => limits.pause('other', ms)),
    );
    assert.ok(Math.max(...pauses) === 100_000 && (await limits.pause('other', 1)) > 90_000);
  });

  it('pause longer with each refusal in a row that names no time', async (t) => {
    const limits = await startRates(t);
    const pauses = await backOff(limits, 'busy', 3);
    for (const [nth, pause] of pauses.entries())
      assert.ok(pause >= 500 * 2 ** nth && pause <= 1000 * 2 ** nth, `${nth}: ${pause} ms`);
    // Calls that began before the pause are refused together.
    for (let call = 0; call < 20; call++) assert.ok((await limits.pause('busy', null)) <= 4000);
    await limits.answered('busy');
    const [first] = await backOff(limits, 'busy', 1);
    assert.ok(first! <= 1000, `${first} ms`);
  });

  it('bound the pause', async (t) => {
    const limits = await startRates(t);
    await limits.setRefusals('busy', 500);
    const pause = await limits.pause('busy', null);
    assert.ok(pause >= 30_000 && pause <= 60_000, `${pause} ms`);
  });
});
