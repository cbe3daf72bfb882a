import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWakeUps, SEND_TIMEOUT_MS } from '../wake-ups.ts';
import { listenToWakeUps } from '../wake-up-listener.ts';
import { testRedis } from '../testing/redis.ts';
import { startTcpProxy } from '../testing/tcp-proxy.ts';
import { waitUntil } from '../testing/wait-until.ts';

const wakeUp = (n: number, epoch = 0) => ({ runId: `run-${n}`, epoch });

test('wake-ups', async (t) => {
  const { url, prefix } = await testRedis(t);
  const { hostname, port } = new URL(url);

  /** Sends once the connection stands. */
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

  await t.test('those of one run and epoch are one job', async (t) => {
    const wakeUps = await open(t, url, 'same');
    const sent = await Promise.all([
      wakeUps.send([wakeUp(1), wakeUp(2)]),
      wakeUps.send([wakeUp(1)]),
      wakeUps.send([wakeUp(1, 1)]),
    ]);
    assert.deepEqual(sent, [true, true, true]);
    const waiting = { waiting: 3, active: 0, delayed: 0, failed: 0 };
    assert.deepEqual(await wakeUps.counts(), waiting);
    assert.equal(await wakeUps.send([wakeUp(2)]), true);
    assert.deepEqual(await wakeUps.counts(), waiting);
  });

  await t.test(
    'each is handled once, and leaves nothing behind, not even a failed one',
    async (t) => {
      const wakeUps = await open(t, url, 'work');
      const handled: string[] = [];
      const errors: unknown[] = [];
      const listener = listenToWakeUps({
        redisUrl: url,
        prefix: `${prefix}-work`,
        concurrency: 4,
        work: async ({ runId }) => {
          handled.push(runId);
          if (runId === 'run-7') throw new Error('cannot');
        },
        onError: (error) => errors.push(error),
      });
      t.after(() => listener.close());
      await wakeUps.send(Array.from({ length: 2_500 }, (_, n) => wakeUp(n)));
      const empty = { waiting: 0, active: 0, delayed: 0, failed: 0 };
      await waitUntil(
        async () => JSON.stringify(await wakeUps.counts()) === JSON.stringify(empty),
        { what: 'all are handled', timeoutMs: 30_000 },
      );
      assert.equal(handled.length, 2_500);
      assert.equal(new Set(handled).size, 2_500);
      assert.equal(errors.length, 1);
      // A job of that id is gone, so that the same run and epoch can be woken again.
      await wakeUps.send([wakeUp(7)]);
      await waitUntil(() => handled.length === 2_501, { what: 'it is handled again' });
    },
  );

  await t.test('with Redis away from the start, nothing is waited for or kept', async (t) => {
    const wakeUps = createWakeUps({ redisUrl: 'redis://127.0.0.1:1', prefix });
    t.after(() => wakeUps.close());
    assert.equal(await wakeUps.send([wakeUp(1)]), false);
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
    const isBack = () => waitUntil(() => wakeUps.send([wakeUp(9)]), { what: 'sends go through' });
    await isBack();

    proxy.freeze();
    const begun = performance.now();
    assert.equal(await wakeUps.send([wakeUp(1)]), false);
    assert.equal(await wakeUps.counts(), null);
    assert.ok(performance.now() - begun < 2 * SEND_TIMEOUT_MS + 1_000);
    await proxy.heal();
    await isBack();

    await proxy.cut();
    await waitUntil(async () => !(await wakeUps.send([wakeUp(2)])), { what: 'the cut is noticed' });
    await waitUntil(() => outages.at(-1) === 'away', { what: 'the outage is told' });
    await proxy.heal();
    await isBack();
    await waitUntil(() => outages.at(-1) === 'back', { what: 'the recovery is told' });
  });
});
