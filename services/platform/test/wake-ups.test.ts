import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWakeUps, SEND_TIMEOUT_MS } from '../wake-ups.ts';
import { listenToWakeUps } from '../wake-up-listener.ts';
import { testRedis } from '../testing/redis.ts';
import { startTcpProxy } from '../testing/tcp-proxy.ts';
import { waitUntil } from '../testing/wait-until.ts';

const EMPTY = { waiting: 0, active: 0, delayed: 0, failed: 0 };

test('wake-ups', async (t) => {
  const { url, prefix } = await testRedis(t);
  const { hostname, port } = new URL(url);

  /** Rings once the connection stands. */
  async function open(
    t: { after(close: () => Promise<void>): void },
    redisUrl: string,
    name: string,
  ) {
    const wakeUps = createWakeUps({ redisUrl, prefix: `${prefix}-${name}` });
    t.after(() => wakeUps.close());
    await waitUntil(() => wakeUps.counts(), { what: 'Redis answers' });
    return wakeUps;
  }

  await t.test('however often it is rung, one ring waits', async (t) => {
    const wakeUps = await open(t, url, 'same');
    assert.deepEqual(await Promise.all([wakeUps.ring(), wakeUps.ring()]), [true, true]);
    assert.equal(await wakeUps.ring(), true);
    assert.deepEqual(await wakeUps.counts(), { ...EMPTY, waiting: 1 });
  });

  await t.test('whatever came before a ring is looked at after it', async (t) => {
    const wakeUps = await open(t, url, 'work');
    let wanted = 0;
    let seen = 0;
    const listener = listenToWakeUps({
      redisUrl: url,
      prefix: `${prefix}-work`,
      onRing: () => (seen = wanted),
    });
    t.after(() => listener.close());
    for (let n = 0; n < 300; n++) {
      wanted++;
      await wakeUps.ring();
      await waitUntil(() => seen === wanted, { what: `ring ${n} to be heard` });
    }
    await waitUntil(async () => JSON.stringify(await wakeUps.counts()) === JSON.stringify(EMPTY), {
      what: 'nothing to be left behind',
    });
  });

  await t.test('with Redis away from the start, nothing is waited for or kept', async (t) => {
    const wakeUps = createWakeUps({ redisUrl: 'redis://127.0.0.1:1', prefix });
    t.after(() => wakeUps.close());
    assert.equal(await wakeUps.ring(), false);
    assert.equal(await wakeUps.counts(), null);
  });

  await t.test('a path that is cut or frozen costs little, and heals by itself', async (t) => {
    const proxy = await startTcpProxy({ host: hostname, port: Number(port) });
    t.after(() => proxy.close());
    const outages: string[] = [];
    const wakeUps = createWakeUps({
      redisUrl: proxy.through(url),
      prefix: `${prefix}-cut`,
      onOutage: () => outages.push('away'),
      onRecovery: () => outages.push('back'),
    });
    t.after(() => wakeUps.close());
    const isBack = () => waitUntil(() => wakeUps.ring(), { what: 'rings go through' });
    await isBack();

    proxy.freeze();
    const begun = performance.now();
    assert.equal(await wakeUps.ring(), false);
    assert.equal(await wakeUps.counts(), null);
    assert.ok(performance.now() - begun < 2 * SEND_TIMEOUT_MS + 1_000);
    await proxy.heal();
    await isBack();

    await proxy.cut();
    await waitUntil(async () => !(await wakeUps.ring()), { what: 'the cut is noticed' });
    await waitUntil(() => outages.at(-1) === 'away', { what: 'the outage is told' });
    await proxy.heal();
    await isBack();
    await waitUntil(() => outages.at(-1) === 'back', { what: 'the recovery is told' });
  });
});
