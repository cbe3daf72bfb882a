import assert from 'node:assert/strict';
import { test } from 'node:test';
import { POLICY, requirePolicy } from '../auth/policy.ts';
import { startTestApi } from '../testing/start-test-api.ts';
import { readAllRows } from '@aio/platform/testing/all-rows';
import { CHAIN } from '../testing/definitions.ts';

test('the policy of every route', async (t) => {
  // All routes, also those that need a controller of game days.
  const env = { GAME_DAYS_URL: 'http://127.0.0.1:1', GAME_DAYS_TOKEN: 'unused-token' };
  const api = await startTestApi(t, { env });
  const operations = Object.entries(api.document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );

  await t.test('the policy has every route and no other', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    assert.deepEqual(ids.toSorted(), Object.keys(POLICY).toSorted());
  });

  await t.test('the API does not start if a route has no policy', () => {
    const routes = [...Object.keys(POLICY), 'dropEverything'].map((id) => ({ id }));
    assert.throws(() => requirePolicy(routes), /dropEverything has no access level/);
    const some = routes.filter(({ id }) => id !== 'getMe' && id !== 'dropEverything');
    assert.throws(() => requirePolicy(some), /getMe is no route/);
  });

  await t.test('the document says who may call a route', () => {
    for (const { operation } of operations) {
      const isOpen = POLICY[operation.operationId] === 'open';
      assert.equal(operation.security.length === 0, isOpen, operation.operationId);
      for (const scheme of operation.security.flatMap((one) => Object.keys(one)))
        assert.ok(api.document.components.securitySchemes[scheme], scheme);
    }
  });

  await t.test('HEAD needs the same access, and other methods reveal nothing', async () => {
    const head = await fetch(`${api.url}/api/v1/runs`, { method: 'HEAD' });
    assert.equal(head.status, 401);
    const anonymous = await api.as(null);
    assert.equal((await anonymous.get('/api/v1/nothing')).status, 404);
    assert.equal((await anonymous.call('DELETE', '/api/v1/runs')).status, 405);
  });
});

test('no GET changes data', async (t) => {
  const api = await startTestApi(t);
  await api.post('/api/v1/workflows', CHAIN);
  const run = await api.submit();
  await api.post('/api/v1/events', { name: 'order.paid', key: '1' });
  await api.engine.ask(run);
  const dump = () => readAllRows(async (text) => ({ rows: await api.query(text) }));
  const valueOf = (name: string): string => {
    return { id: run, name: 'chain', step: 'first', version: '1', code: 'internal' }[name] ?? 'x';
  };

  const before = await dump();
  const paths = Object.entries(api.document.paths)
    .filter(([, methods]) => 'get' in methods)
    .map(([path]) => path.replaceAll(/\{(\w+)\}/g, (_, name) => valueOf(name)));
  assert.ok(paths.length > 20);
  for (const method of ['GET', 'HEAD'])
    for (const path of paths) {
      const leaving = new AbortController();
      const init = { method, headers: api.headers, signal: leaving.signal };
      const { status } = await fetch(`${api.url}${path}`, { ...init, redirect: 'manual' });
      leaving.abort();
      assert.ok(status < 500, `${method} ${path}: ${status}`);
    }
  assert.equal(await dump(), before);
});
