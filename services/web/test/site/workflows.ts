import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitUntil } from '@aio/platform/testing/wait-until';
import type { Page } from 'playwright-core';
import { checkAccessibility } from './browser/check-accessibility.ts';
import { checkPhone, checkThemes } from './browser/check-pages.ts';
import { openBrowser } from './browser/open-browser.ts';
import { PEOPLE } from './browser/people.ts';
import { postAsPage } from './browser/post-as-page.ts';
import { skipWithout } from './browser/programs.ts';
import { startSite } from './browser/start-site.ts';
import { takeScreenshot } from './browser/take-screenshot.ts';

const skip = skipWithout('chromium', 'webServer');

const ADMIN = PEOPLE.admin.username;
const REASON = 'The vendor is down.';

/** The step `slow` takes longest; `check` fails if the input has `isWrong`. */
const figures = (simulator: string) => `
name: web-figures
description: Asks a service twice, then checks what it answered
input: { type: object, properties: { isWrong: { type: boolean, title: Fail } } }
steps:
  call: { type: http, with: { url: "${simulator}/work?ms=20" } }
  slow: { type: http, needs: [call], with: { url: "${simulator}/work?ms=300" } }
  each:
    type: map
    needs: [slow]
    over: [1, 2]
    step: { type: transform, with: { value: "\${{ item }}" } }
  check: { type: transform, needs: [each], with: { value: "\${{ input.isWrong ? input.nothing.here : 1 }}" } }
`;
const plain = (name: string) => `
name: ${name}
steps:
  only: { type: transform, with: { value: 1 } }
`;

test('workflows with the real API and worker', { skip }, async (t) => {
  const site = await startSite(t);
  const { api, simulator } = site.system;
  const browser = await openBrowser(t, site);
  const builder = await browser.logIn('builder');
  await browser.logIn('admin');
  await api.createWorkflow(figures(simulator.url));
  await api.createWorkflow(plain('web-never-run'));
  for (const isWrong of [false, false, false, true]) {
    const { id } = await api.submitRun('web-figures', { isWrong });
    const wanted = isWrong ? 'failed' : 'succeeded';
    const hasEnded = async () => (await api.getRun(id)).status === wanted;
    await waitUntil(hasEnded, { what: `the run to be ${wanted}`, timeoutMs: 20_000 });
  }
  const row = (page: Page, name: string) => page.locator(`[data-workflow="${name}"]`);

  await t.test('the list shows the outcomes of the last runs, and filters by name', async (t) => {
    const page = await browser.open(t, '/workflows');
    const listed = row(page, 'web-figures');
    await listed.getByRole('link', { name: 'Failed: last run of web-figures' }).waitFor();
    await listed.getByText('75%').waitFor();
    await listed.getByTitle('3 of 4 finished runs succeeded').waitFor();
    await listed.getByText(/^\d.* m?s$/).waitFor();
    await listed.getByRole('link', { name: /Runs of web-figures per day, .*: 4/ }).waitFor();
    await row(page, 'web-never-run').getByText('Never run').waitFor();

    await page.getByLabel('Filter by name').fill('FIGURES');
    await row(page, 'web-never-run').waitFor({ state: 'detached' });
    await listed.waitFor();
    await page.reload();
    await listed.waitFor();
    assert.equal(await row(page, 'web-never-run').count(), 0, 'the address has the filter');
    await page.getByLabel('Filter by name').fill('no such name');
    await page.getByText('No workflow with this name').waitFor();
    await page.getByLabel('Filter by name').fill('');
    await listed.getByRole('link', { name: 'Failed: last run of web-figures' }).click();
    await page.locator('header [data-status=failed]').waitFor();
  });

  await t.test('the figures show the slowest and the failing step, and link to them', async (t) => {
    const page = await browser.open(t, '/workflows/web-figures');
    await page.getByRole('tab', { name: 'Figures' }).click();
    await page.getByText('Figures of the last 4 finished runs.').waitFor();
    await page.locator('[data-figure=Success]').getByText('75%').waitFor();
    const days = page.getByRole('list', { name: 'Runs per day, last 14 days' });
    assert.equal(await days.getByRole('listitem').count(), 14);
    await page.locator('[data-step=slow]').getByText('Slowest').waitFor();
    await page.locator('[data-step=check]').getByText('Fails most').waitFor();
    await page.locator('[data-step="each[]"]').getByText('items of the map').waitFor();
    await page.locator('[data-step=slow]').getByRole('link', { name: 'slow' }).click();
    await page.locator('[data-node=slow][data-selected]').waitFor();
    await page.getByRole('heading', { name: 'slow' }).waitFor();
    await page.goBack();
    await page.locator('[data-step=slow]').waitFor();
  });

  await t.test('the start form has the graph next to it, with its steps selectable', async (t) => {
    const page = await browser.open(t, '/workflows/web-figures');
    await page.getByRole('button', { name: 'Start run' }).waitFor();
    await page.locator('[data-node=check]').click();
    await page.locator('[data-node=check][data-selected]').waitFor();
  });

  await t.test('runs of a paused workflow wait, and show who paused it and why', async (t) => {
    const page = await browser.open(t, '/workflows/web-figures');
    await page.getByRole('button', { name: 'Pause' }).click();
    const dialog = page.getByRole('dialog', { name: 'Pause web-figures?' });
    await dialog.getByLabel('Reason').fill(REASON);
    await takeScreenshot(page, '/workflows/web-figures/pause', 'light');
    assert.deepEqual(await checkAccessibility(page), []);
    await dialog.getByRole('button', { name: 'Pause the workflow' }).click();
    const notice = page.locator('[data-paused]');
    await notice.getByText(`Paused by ${ADMIN}`).waitFor();
    await notice.getByText(REASON).waitFor();

    await page.getByRole('button', { name: 'Start run' }).click();
    await page.waitForURL('**/runs/*');
    const blocked = page.locator('header [data-blocked]');
    await blocked.getByText(`Workflow paused by ${ADMIN}`).waitFor();
    await blocked.getByText(REASON).waitFor();
    await page.locator('header dt').getByText('Waiting for').waitFor();
    await takeScreenshot(page, '/runs/of-a-paused-workflow', 'light');
    const runPage = page.url();
    await page.goto('/workflows');
    await row(page, 'web-figures').getByText('Paused').waitFor();
    await page.goto(runPage);

    await blocked.getByRole('link', { name: 'See the workflow' }).click();
    await page.getByRole('button', { name: 'Resume' }).click();
    await notice.waitFor({ state: 'detached' });
    await page.goto(runPage);
    await page.locator('header [data-status=succeeded]').waitFor();
  });

  await t.test('a builder sees that their workflow is paused, and no pause button', async (t) => {
    const page = await browser.open(t, '/workflows', { storageState: builder });
    await page.getByText('No workflows yet').waitFor();
    await postAsPage(page, '/workflows', JSON.stringify({ name: 'web-own', steps: STEPS }));
    const admins = await browser.open(t, '/workflows/web-own');
    await admins.getByRole('button', { name: 'Pause' }).click();
    await admins.getByRole('dialog').getByRole('button', { name: 'Pause the workflow' }).click();
    await admins.locator('[data-paused]').waitFor();
    await page.goto('/workflows/web-own');
    await page.locator('[data-paused]').getByText(`Paused by ${ADMIN}`).waitFor();
    await page.getByRole('link', { name: 'New version' }).waitFor();
    for (const name of ['Pause', 'Resume'])
      assert.equal(await page.getByRole('button', { name, exact: true }).count(), 0, name);
  });

  await t.test('a workflow with one version has no comparison', async (t) => {
    const page = await browser.open(t, '/workflows/web-never-run?tab=versions');
    await page.getByText('This workflow has only one version.').waitFor();
    assert.equal(await page.getByText('Compare two versions').count(), 0);
  });

  const paths = [
    '/workflows',
    '/workflows/web-own',
    '/workflows/web-figures?tab=figures',
    '/workflows/web-figures?tab=graph',
  ];
  const ready = (page: Page) =>
    page.locator('[data-workflow], [data-paused], [data-step], [data-node]').first().waitFor();

  await checkThemes(t, browser, paths, ready);
  await checkPhone(t, browser, paths, ready);

  await t.test('the pages are in Japanese', async (t) => {
    const page = await browser.open(t, '/workflows', { locale: 'ja-JP' });
    await row(page, 'web-own').getByText('一時停止中').waitFor();
    await takeScreenshot(page, '/workflows', 'japanese');
    await page.goto('/workflows/web-figures?tab=figures');
    await page.locator('[data-step=slow]').getByText('最も遅い').waitFor();
    await takeScreenshot(page, '/workflows/web-figures?tab=figures', 'japanese');
    await page.goto('/workflows/web-own');
    await page.locator('[data-paused]').getByText(`${ADMIN} が一時停止`).waitFor();
    await page.getByRole('button', { name: '再開' }).waitFor();
  });

  await t.test('pages stay on the site, throw nothing and break no policy', browser.assertClean);
});

const STEPS = { only: { type: 'transform', with: { value: 1 } } };
