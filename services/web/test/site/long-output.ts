import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { checkPage } from '../browser/check-pages.ts';
import { startUpstream } from '../server/start-server.ts';
import type { Stand } from './stand.ts';

const ROWS = Array.from({ length: 250_000 }, (_, id) => ({ id, name: `row ${id}` }));
const BODY = JSON.stringify(ROWS);
/** If the page fetches no more than this for a step's panel, it does not load the long output. */
const MOST_FETCHED = 300_000;

/** A long output has its size, file and beginning on the page. */
export async function testLongOutput(t: TestContext, { site, browser }: Stand): Promise<void> {
  const url = await startUpstream(t, (_, response) => {
    response.setHeader('content-type', 'application/json').end(BODY);
  });
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

  await stored.getByRole('button', { name: 'Show the beginning' }).click();
  const beginning = page.getByRole('region', { name: 'Beginning of the output' });
  await beginning.getByText('"name":"row 1"').waitFor();
  assert.ok(((await beginning.textContent()) ?? '').length <= 20_000);
  assert.ok(fetched < MOST_FETCHED, `${fetched} bytes were fetched`);

  await checkPage(page);
  const downloading = page.waitForEvent('download');
  await stored.getByRole('link', { name: 'Download' }).click();
  const download = await downloading;
  assert.equal(download.suggestedFilename(), 'rows.json');
  const { body } = JSON.parse(readFileSync(await download.path(), 'utf8')) as { body: unknown };
  assert.equal(JSON.stringify(body), BODY);
}
