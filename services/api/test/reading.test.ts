import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAllRows } from '@aio/platform/testing/all-rows';
import { CHAIN } from '../testing/definitions.ts';
import { startTestApi } from '../testing/start-test-api.ts';

test('no GET changes data', async (t) => {
  const api = await startTestApi(t);
  await api.post('/api/v1/workflows', CHAIN);
  const run = await api.submit();
  const event = (await api.post('/api/v1/events', { name: 'order.paid', key: '1' })).body.id;
  await api.engine.ask(run);
  const dump = () => readAllRows(async (text) => ({ rows: await api.query(text) }));
  const valueOf = (path: string, name: string): string => {
    if (name === 'id') return path.includes('/events/') ? event : run;
    return { name: 'chain', step: 'first', version: '1', code: 'internal' }[name] ?? 'x';
  };

  const before = await dump();
  const paths = Object.entries(api.document.paths)
    .filter(([, methods]) => 'get' in methods)
    .map(([path]) => path.replaceAll(/\{(\w+)\}/g, (_, name) => valueOf(path, name)));
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
