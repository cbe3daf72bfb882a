import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { createServer as createHttpServer } from 'node:http';
import { test } from 'node:test';
import Koa from 'koa';
import { prepareStop } from '../graceful-stop.ts';
import { listen } from '../listen.ts';
import { createReady, readyHandler } from '../ready.ts';

test('a dependency that hangs makes /ready answer 503 within the bound, and names it', async (t) => {
  // It accepts connections and never answers.
  const silent = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port: silentPort } = silent.address() as AddressInfo;
  let isHanging = false;
  const ended: boolean[] = [];
  const ready = createReady(
    {
      database: async () => 1,
      search: async (signal) => {
        if (!isHanging) return;
        signal.addEventListener('abort', () => ended.push(true));
        await fetch(`http://127.0.0.1:${silentPort}/`, { signal });
      },
    },
    { withinMs: 50 },
  );
  let isStopping = false;
  const app = new Koa().use(readyHandler(ready, () => isStopping));
  const server = createHttpServer(app.callback());
  const stop = prepareStop(server);
  const port = await listen(server, { host: '127.0.0.1', port: 0 });
  t.after(async () => {
    silent.close();
    await stop.close(0);
  });
  const ask = async () => {
    const response = await fetch(`http://127.0.0.1:${port}/ready`);
    return [response.status, await response.json()];
  };

  const components = { database: 'ok', search: 'ok' };
  assert.deepEqual(await ask(), [200, { status: 'ok', components }]);

  isHanging = true;
  // Without the bound, this request would never end.
  const down = { status: 'unavailable', components: { ...components, search: 'unavailable' } };
  assert.deepEqual(await ask(), [503, down]);
  assert.deepEqual(ended, [true], 'the check was told to end');
  assert.equal((await ready.check('database')).status, 'ok', 'if only this one counts');

  isHanging = false;
  assert.deepEqual(await ask(), [200, { status: 'ok', components }]);
  isStopping = true;
  assert.deepEqual(await ask(), [503, { status: 'unavailable', components }]);
});

test('a check that throws is unavailable; concurrent callers share one round', async () => {
  let asked = 0;
  const gate = Promise.withResolvers<void>();
  const ready = createReady(
    {
      good: () => {
        asked += 1;
        return gate.promise;
      },
      bad: () => {
        throw new Error('away');
      },
    },
    { withinMs: 2 ** 31 - 1 },
  );
  const both = [ready.check(), ready.check('good')];
  gate.resolve();
  const [all, one] = await Promise.all(both);
  assert.deepEqual(all, {
    status: 'unavailable',
    components: { good: 'ok', bad: 'unavailable' },
  });
  assert.equal(one?.status, 'ok');
  assert.equal(asked, 1);
});
