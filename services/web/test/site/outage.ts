import type { TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { checkPage } from '../browser/check-pages.ts';
import { WAIT_MS } from '../browser/open-browser.ts';
import type { Stand } from './stand.ts';

/** Its call lasts until the simulator releases it. */
const workflow = (simulator: string): string => `
name: web-hung
steps:
  work: { type: http, timeout: 15m, with: { url: '${simulator}/work?hold=hung' } }
`;
/** Requests give up after 15 s, and two of them have to. */
const NOTICED = { timeout: 3 * WAIT_MS };

/** Pages while the API hangs: its connections stay open, and nothing answers. */
export async function testOutage(t: TestContext, { site, browser }: Stand): Promise<void> {
  const { api, apis, simulator } = site.system;
  const notice = (page: Page) => page.locator('[data-outage]').getByText('AIO does not answer');

  await t.test('pages say so, and continue later', async (t) => {
    await api.createWorkflow(workflow(simulator.url));
    const { id } = await api.submitRun('web-hung', {});
    const run = await browser.open(t, `/runs/${id}`);
    const still = await browser.open(t, '/settings/secrets');
    await run.locator('[data-step=work] [data-status=running]').first().waitFor();
    await still.getByRole('heading', { name: 'Set a secret' }).waitFor();

    t.after(() => apis[0]!.signal('SIGCONT'));
    await apis[0]!.signal('SIGSTOP');
    for (const page of [run, still]) await notice(page).waitFor(NOTICED);
    await checkPage(run);

    const late = await browser.open(t, '/runs');
    const waiting = late.getByRole('region', { name: 'Reconnecting…' });
    await waiting.getByText('AIO does not answer').waitFor(NOTICED);

    await apis[0]!.signal('SIGCONT');
    for (const page of [run, still]) await notice(page).waitFor({ ...NOTICED, state: 'detached' });
    await late.getByRole('heading', { name: 'Runs', exact: true }).waitFor();
    await simulator.release('hung');
    await run.locator('header [data-status=succeeded]').waitFor();
  });
}
