import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';

/** Posts to the API like the page, with its session. @returns the answer; fails if its status is not 2xx */
export async function postAsPage<Answer>(
  page: Page,
  path: string,
  body: string,
  type: 'application/json' | 'application/yaml' = 'application/json',
): Promise<Answer> {
  const { status, answer } = await page.evaluate(
    async (sent) => {
      const headers = { 'aio-csrf': '1', 'content-type': sent.type };
      const response = await fetch(sent.path, { method: 'POST', headers, body: sent.body });
      return { status: response.status, answer: (await response.json()) as unknown };
    },
    { path: `/api/v1${path}`, type, body },
  );
  assert.equal(Math.floor(status / 100), 2, JSON.stringify(answer));
  return answer as Answer;
}
