import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHAIN } from '../testing/definitions.ts';
import { startTestApi } from '../testing/start-test-api.ts';

test('other origins', async (t) => {
  const api = await startTestApi(t);
  const submit = (headers: Record<string, string>) => api.post('/api/v1/workflows', CHAIN, headers);

  for (const headers of [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://localhost.evil.example' },
    { 'sec-fetch-site': 'cross-site' },
  ]) {
    await t.test(`may not change anything: ${JSON.stringify(headers)}`, async () => {
      const { status, body } = await submit(headers);
      assert.deepEqual([status, body.code], [403, 'forbidden']);
    });
  }

  await t.test('the web UI on this machine may', async () => {
    const { status } = await submit({ origin: 'http://localhost:3000' });
    assert.equal(status, 201);
  });
});
