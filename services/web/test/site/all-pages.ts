import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { allPages } from '../browser/all-pages.ts';
import { checkAccessibility } from '../browser/check-accessibility.ts';
import { checkPage, checkPages, checkThemes } from '../browser/check-pages.ts';
import { press } from '../browser/keys.ts';
import { FAILING_WORKFLOW, liveWorkflow, PAID_WORKFLOW } from '../browser/workflows.ts';
import type { Stand } from './stand.ts';

const UNKNOWN_RUN = '/runs/01930000-0000-7000-8000-000000000000';

/** Every page: accessible, and not wider than a phone. */
export async function testAllPages(t: TestContext, { site, browser }: Stand): Promise<void> {
  const { api, simulator } = site.system;
  for (const yaml of [liveWorkflow(simulator.url), PAID_WORKFLOW, FAILING_WORKFLOW])
    await api.createWorkflow(yaml);
  const { id: asking } = await api.submitRun('web-live', { who: 'world', workMs: 50 });
  const { id: failed } = await api.submitRun('web-failing', {});
  const { id: waiting } = await api.submitRun('web-paid', { order: 'never' });
  await api.waitForRun(failed);
  await api.putSecret('all_pages', 'canary-4');

  const pages = [
    ...allPages({ runId: failed, workflow: 'web-live' }),
    `/runs/${asking}?step=shaky`,
    `/runs/${waiting}?step=paid`,
    `/runs/compare?a=${failed}&b=${waiting}`,
  ];

  await t.test('every page', (t) => checkPages(t, browser, pages));

  await t.test('the page of an unknown run has a heading and a way back', async (t) => {
    const page = await browser.open(t, UNKNOWN_RUN);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await checkPage(page);
    await page.getByRole('main').getByRole('link', { name: 'Runs' }).click();
    await page.waitForURL('**/runs');
  });

  await t.test('dialogs and the palette', async (t) => {
    const page = await browser.open(t, '/settings/secrets');
    await page.locator('h1').waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    assert.deepEqual(await checkAccessibility(page), []);
    await press(page, 'Escape', 'Control+k');
    await page.getByPlaceholder('Search pages, workflows and runs').waitFor();
  });

  await t.test('the login page', async (t) => {
    const page = await browser.open(t, '/runs', { storageState: { cookies: [], origins: [] } });
    await page.getByRole('heading', { name: 'Log in to AIO' }).waitFor();
    assert.deepEqual(await checkAccessibility(page), []);
  });

  await t.test('the documentation of the API is accessible', async (t) => {
    const page = await browser.open(t, '/api/v1/docs');
    await page.locator('h1').waitFor();
    await checkThemes(page);
    await page.getByRole('link', { name: 'Open the web UI' }).click();
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  });
}
