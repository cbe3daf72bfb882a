import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { MAX_STEPS } from '@aio/core/definition/limits';
import type { Source } from '../http/define-route.ts';
import { startTestApi } from '../testing/start-test-api.ts';

/** Valid definitions that take long to validate, but far less than the API's deadline. */
const LARGE_DEFINITIONS: readonly Source[] = [
  { mediaType: 'application/yaml', text: yamlOfWords(40_000) },
  { mediaType: 'application/json', text: jsonOfSteps(MAX_STEPS) },
];

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

function yamlOfWords(count: number): string {
  return `
name: wide
steps:
  only:
    type: transform
    with:
      value: [${Array.from({ length: count }, () => 'a').join(',')}]
`;
}

/** Each step reads the output of the one before it. */
function jsonOfSteps(count: number): string {
  const step = (nth: number) => ({
    type: 'transform',
    needs: nth === 0 ? [] : [`s${nth - 1}`],
    with: { value: nth === 0 ? 0 : `\${{ steps.s${nth - 1}.output + 1 }}` },
  });
  const steps = Array.from({ length: count }, (_, nth) => [`s${nth}`, step(nth)]);
  return JSON.stringify({ name: 'long', steps: Object.fromEntries(steps) });
}
