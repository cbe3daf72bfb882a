import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allPages } from './browser/all-pages.ts';
import { checkAccessibility } from './browser/check-accessibility.ts';
import { englishOn } from './browser/english-on.ts';
import { untilLoaded } from './browser/checks.ts';
import { press } from './browser/keys.ts';
import { openBrowser } from './browser/open-browser.ts';
import { skipWithout } from './browser/programs.ts';
import { startSite } from './browser/start-site.ts';
import { takeScreenshot } from './browser/take-screenshot.ts';
import { FAILING_WORKFLOW, liveWorkflow, PAID_WORKFLOW } from './browser/workflows.ts';

const skip = skipWithout('chromium', 'webServer');

test('the web UI in Japanese', { skip }, async (t) => {
  const site = await startSite(t);
  const browser = await openBrowser(t, site);
  await browser.logIn('admin');
  const { api, simulator } = site.system;
  for (const yaml of [liveWorkflow(simulator.url), PAID_WORKFLOW, FAILING_WORKFLOW])
    await api.createWorkflow(yaml);
  const { id: asking } = await api.submitRun('web-live', { who: 'world', workMs: 50 });
  const { id: failed } = await api.submitRun('web-failing', {});
  const { id: waiting } = await api.submitRun('web-paid', { order: 'never' });
  await api.waitForRun(failed);
  await api.putSecret('seen_in_japanese', 'canary-4');

  const pages = [
    ...allPages({ runId: failed, workflow: 'web-live' }),
    `/runs/${asking}?step=shaky`,
    `/runs/${waiting}?step=paid`,
    `/runs/compare?a=${failed}&b=${waiting}`,
  ];

  const JAPANESE = { locale: 'ja-JP' };

  // One theme is enough: the colours are the same as in English.
  await t.test('every page', async (t) => {
    const page = await browser.open(t, '/secrets', JAPANESE);
    for (const path of pages)
      await t.test(path, async () => {
        await page.goto(path);
        await untilLoaded(page);
        await takeScreenshot(page, `ja-${path}`, 'light');
        assert.equal(await page.locator('html').getAttribute('lang'), 'ja');
        assert.deepEqual(await checkAccessibility(page), []);
        assert.deepEqual(await englishOn(page), []);
      });
  });

  await t.test('dialogs and the palette', async (t) => {
    const page = await browser.open(t, '/secrets', JAPANESE);
    await page.locator('h1').waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'キーボードショートカット' }).waitFor();
    assert.deepEqual(await englishOn(page), []);
    await press(page, 'Escape', 'Control+k');
    await page.getByPlaceholder('ページ・ワークフロー・ランを検索').waitFor();
    assert.deepEqual(await englishOn(page), []);
  });

  await t.test('the login page is in Japanese', async (t) => {
    const storageState = { cookies: [], origins: [] };
    const page = await browser.open(t, '/runs', { ...JAPANESE, storageState });
    await page.getByRole('heading', { name: 'AIO にログイン' }).waitFor();
    assert.deepEqual(await englishOn(page), []);
    assert.deepEqual(await checkAccessibility(page), []);
  });

  await t.test('the chosen language overrides the language of the browser', async (t) => {
    const page = await browser.open(t, '/secrets', JAPANESE);
    const heading = (name: string) => page.getByRole('heading', { level: 1, name });
    await heading('シークレット').waitFor();
    await page.getByRole('button', { name: /のアカウント$/ }).click();
    await page.getByLabel('言語').selectOption('en');
    await heading('Secrets').waitFor();
    await page.reload();
    await heading('Secrets').waitFor();
    assert.equal(await page.locator('html').getAttribute('lang'), 'en');
  });

  for (const colorScheme of ['light', 'dark'] as const)
    await t.test(`the documentation of the API is accessible, ${colorScheme}`, async (t) => {
      const page = await browser.open(t, '/api/v1/docs', { colorScheme });
      await page.locator('h1').waitFor();
      await takeScreenshot(page, '/api/v1/docs', colorScheme);
      assert.deepEqual(await checkAccessibility(page), []);
      await page.getByRole('link', { name: 'Open the web UI' }).click();
      await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    });
});
