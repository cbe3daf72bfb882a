import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { startMetricsServer } from '../metrics-server.ts';

const TOKEN = 'a-token-of-the-test';

async function startWith(t: TestContext, profilingToken: string) {
  const server = await startMetricsServer({
    host: '127.0.0.1',
    port: 0,
    scrape: async () => ({ contentType: 'text/plain', body: '' }),
    health: () => ({}),
    requirable: [],
    ready: async () => ({ ok: true, body: {} }),
    profilingToken,
  });
  t.after(() => server.close());
  return (path: string, init: RequestInit = {}) =>
    fetch(`http://127.0.0.1:${server.port}${path}`, { method: 'POST', ...init });
}

const authorization = `Bearer ${TOKEN}`;

test('a caller with the token may take a profile, one at a time', async (t) => {
  const ask = await startWith(t, TOKEN);
  const both = [1, 2].map(() => ask('/profile/cpu?seconds=1', { headers: { authorization } }));
  let isTaken = false;
  const answers = Promise.all(both).finally(() => (isTaken = true));
  while (!isTaken) {
    spinForTheProfile(20);
    await setImmediate();
  }
  const [taken, refused] = (await answers).toSorted((a, b) => a.status - b.status);
  assert.deepEqual([taken!.status, refused!.status], [200, 409]);
  const profile = (await taken!.json()) as {
    nodes: { callFrame: { functionName: string } }[];
    samples: number[];
  };
  assert.ok(profile.samples.length > 10);
  const names = profile.nodes.map(({ callFrame }) => callFrame.functionName);
  assert.ok(names.includes('spinForTheProfile'));

  const heap = await ask('/profile/heap?seconds=1', { headers: { authorization } });
  assert.equal(heap.status, 200);
  assert.ok('head' in ((await heap.json()) as object));
});

test('callers without the token are refused', async (t) => {
  const ask = await startWith(t, TOKEN);
  for (const headers of [
    {},
    { authorization: 'Bearer another-token-of-16' },
    { authorization: TOKEN },
  ])
    assert.equal((await ask('/profile/cpu?seconds=1', { headers })).status, 401);
  const headers = { authorization };
  assert.equal((await ask('/profile/cpu?seconds=26', { headers })).status, 400);
  assert.equal((await ask('/profile/cpu?seconds=x', { headers })).status, 400);
  assert.equal((await ask('/profile/disk', { headers })).status, 404);
  assert.equal((await ask('/profile/cpu', { headers, method: 'GET' })).status, 405);
});

test('without profiles, the path does not exist', async (t) => {
  const ask = await startWith(t, '');
  assert.equal((await ask('/profile/cpu', { method: 'GET' })).status, 404);
  assert.equal((await ask('/profile/cpu')).status, 405);
});

function spinForTheProfile(ms: number): number {
  const until = performance.now() + ms;
  let sum = 0;
  while (performance.now() < until) sum += Math.sqrt(sum + 1);
  return sum;
}
