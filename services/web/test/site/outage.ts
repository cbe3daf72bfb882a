import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { waitUntil } from '@aio/platform/testing/wait-until';
import type { Page } from 'playwright-core';
import { checkPage } from '../browser/check-pages.ts';
import { openBrowser, WAIT_MS } from '../browser/open-browser.ts';
import { startServer } from '../server/start-server.ts';
import type { Stand } from './stand.ts';

/** Its call lasts until the simulator releases it. */
const workflow = (simulator: string): string => `
name: web-hung
steps:
  work: { type: http, timeout: 15m, with: { url: '${simulator}/work?hold=hung' } }
`;

/** Pages while the API hangs: its connections stay open, and nothing answers. */
export async function testOutage(t: TestContext, stand: Stand): Promise<void> {
  const { site } = stand;
  const { api, apis, simulator } = site.system;
  const storageState = await stand.browser.logIn('admin');
  // A second web UI that notices sooner.
  const { url } = await startServer(t, {
    NUXT_API_BASE: site.system.apiUrl,
    AIO_PUBLIC_URL: site.url,
    NUXT_PUBLIC_HEARTBEAT_MS: '2000',
  });
  const browser = await openBrowser(t, { url, loginUrl: site.loginUrl });
  const open = (t: TestContext, path: string) => browser.open(t, path, { storageState });
  const notice = (page: Page) => page.locator('[data-outage]').getByText('AIO does not answer');

  await t.test('every page says so, stops its clock, and continues later', async (t) => {
    await api.createWorkflow(workflow(simulator.url));
    const { id } = await api.submitRun('web-hung', {});
    const run = await open(t, `/runs/${id}`);
    const overview = await open(t, '/overview');
    const still = await open(t, '/settings/secrets');
    await run.locator('[data-step=work] [data-status=running]').first().waitFor();
    await run.getByText('Live', { exact: true }).waitFor();
    await still.getByRole('heading', { name: 'Set a secret' }).waitFor();
    let unanswered = 0;
    run.on('requestfailed', () => (unanswered += 1));

    t.after(() => apis[0]!.signal('SIGCONT'));
    await apis[0]!.signal('SIGSTOP');
    for (const page of [run, overview, still]) await notice(page).waitFor();
    await run.getByText('Not updating', { exact: true }).waitFor();
    assert.equal(await run.getByText('Live', { exact: true }).count(), 0);
    assert.equal(await run.getByText('Updates every few seconds').count(), 0);
    const times = () => run.locator('main header').innerText();
    const [before, failures] = [await times(), unanswered];
    await waitUntil(() => unanswered > failures, { what: 'another request without an answer' });
    assert.equal(await times(), before, 'the clocks of the run stand still');
    await checkPage(run);

    const late = await open(t, '/runs');
    const waiting = late.getByRole('region', { name: 'Reconnecting…' });
    // The page loads its files first.
    await waiting.getByText('AIO does not answer').waitFor({ timeout: 3 * WAIT_MS });

    await apis[0]!.signal('SIGCONT');
    for (const page of [run, overview, still]) await notice(page).waitFor({ state: 'detached' });
    await run.getByText('Live', { exact: true }).waitFor();
    await late.getByRole('heading', { name: 'Runs', exact: true }).waitFor();
    await simulator.release('hung');
    await run.locator('header [data-status=succeeded]').waitFor();
  });
  browser.assertClean();
}
