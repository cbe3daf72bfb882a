import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { checkAccessibility } from './browser/check-accessibility.ts';
import { openBrowser } from './browser/open-browser.ts';
import { PROGRAMS, skipWithout } from './browser/programs.ts';
import { startSite } from './browser/start-site.ts';
import { takeScreenshot } from './browser/take-screenshot.ts';

const { chromium: chromiumPath, webServer } = PROGRAMS;
const skip = skipWithout('chromium', 'webServer');

const BODY = JSON.stringify(
  Array.from({ length: 250_000 }, (_, id) => ({ id, name: `row ${id}` })),
);
/** A page that fetches no more than this for the panel of a step shows no long output. */
const MOST_FETCHED = 300_000;

async function startServer(t: TestContext): Promise<string> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json').end(BODY);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a long output has its size, file and beginning on the page', { skip }, async (t) => {
  const url = await startServer(t);
  const site = await startSite(t, webServer!, undefined, { HTTP_STEP_ALLOW_HOSTS: '127.0.0.1' });
  const { api } = site.system;
  await api.createWorkflow(`
name: page-long
steps:
  rows: { type: http, with: { url: "${url}" } }
  count: { type: transform, needs: [rows], with: { value: "\${{ size(steps.rows.output.body) }}" } }
output: "\${{ steps.count.output }}"
`);
  const { id } = await api.submitRun('page-long', {});
  assert.equal((await api.waitForRun(id)).status, 'succeeded');

  const browser = await openBrowser(t, chromiumPath!, {
    siteUrl: site.url,
    loginUrl: site.system.identityUrl,
  });
  await browser.logIn('admin');
  const page = await browser.open(t, `/runs/${id}?step=rows`);
  let fetched = 0;
  page.on('response', (response) => {
    if (!response.url().includes('/api/v1/runs/')) return;
    const ask = response.body().then(
      (body) => void (fetched += body.length),
      () => undefined,
    );
    void ask;
  });
  const stored = page.locator('[data-stored-output]');
  await stored.getByText(/^\d\.\d MB of JSON$/).waitFor();
  assert.deepEqual(await checkAccessibility(page), []);
  await takeScreenshot(page, '/runs/long-output', 'light');

  await stored.getByRole('button', { name: 'Show the beginning' }).click();
  const beginning = page.getByRole('region', { name: 'Beginning of the output' });
  await beginning.getByText('"name":"row 1"').waitFor();
  assert.ok(((await beginning.textContent()) ?? '').length <= 20_000);
  assert.ok(fetched < MOST_FETCHED, `${fetched} bytes were fetched`);

  const downloading = page.waitForEvent('download');
  await stored.getByRole('link', { name: 'Download' }).click();
  const download = await downloading;
  assert.equal(download.suggestedFilename(), 'rows.json');
  const { body } = JSON.parse(readFileSync(await download.path(), 'utf8')) as { body: unknown };
  assert.equal(JSON.stringify(body), BODY);
  assert.deepEqual(browser.pageErrors, []);
});
