import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { LARGE_DEFINITIONS } from '../testing/large-definitions.ts';
import { startTestApi } from '../testing/start-test-api.ts';

test('the API answers probes while it validates large definitions', async (t) => {
  const api = await startTestApi(t);
  for (const { text, mediaType } of LARGE_DEFINITIONS) {
    let isRead = false;
    const begin = performance.now();
    const validation = api
      .post('/api/v1/workflows/validate', text, { 'content-type': mediaType })
      .finally(() => (isRead = true));
    let longestMs = 0;
    for (let last = begin; !isRead;) {
      await sleep(1);
      assert.equal((await api.get('/health')).status, 200);
      const now = performance.now();
      longestMs = Math.max(longestMs, now - last);
      last = now;
    }
    const { status, body } = await validation;
    const tookMs = Math.round(performance.now() - begin);
    assert.deepEqual([status, body], [200, { valid: true, errors: [] }]);
    t.diagnostic(`${mediaType}: ${tookMs} ms, longest without a probe ${Math.round(longestMs)} ms`);
    assert.ok(longestMs < tookMs / 2, `no probe was answered for ${longestMs} of ${tookMs} ms`);
  }
});
