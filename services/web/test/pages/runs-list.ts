import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitUntil } from '@aio/platform/testing/wait-until';
import type { Page } from 'playwright-core';
import { CHAIN } from '../../api/testing/definitions.ts';
import { checkAccessibility } from './browser/check-accessibility.ts';
import { enter, press } from './browser/keys.ts';
import { assertFitsPhone, PHONE } from './browser/checks.ts';
import { openBrowser } from './browser/open-browser.ts';
import { postAsPage } from './browser/post-as-page.ts';
import { skipWithout } from './browser/programs.ts';
import { startPages } from './browser/start-pages.ts';
import { takeScreenshot } from './browser/take-screenshot.ts';

const skip = skipWithout('chromium', 'webServer');

const LOW = { width: 1280, height: 320 };
/** More child runs than the list shows under a run. */
const MANY_CHILDREN = 22;
const QUICK_MS = 120;
const SLOW_MS = 5000;

test('the list of runs', { skip }, async (t) => {
  const pages = await startPages(t);
  const { api, login, machine } = pages;
  await login.start();
  const browser = await openBrowser(t, pages);
  const builder = await browser.logIn('builder');
  await browser.logIn('admin');

  async function submit(workflow: string, parent: string | null = null): Promise<string> {
    const path = `/workflows/${workflow}/runs`;
    const { id = '' } = await machine('POST', path, { input: { n: 1 } });
    if (parent)
      await api.query(
        `update runs set parent_run_id = $2, parent_step = 'first', parent_iteration = -1 where id = $1`,
        [id, parent],
      );
    return id;
  }
  async function end(id: string, status: string, ms: number, costUsd = 0): Promise<string> {
    await api.query(
      `update runs set status = $2, started_at = created_at, cost = $4,
         finished_at = created_at + $3::float8 * interval '1 millisecond',
         error = case when $2 = 'failed' then '{"code":"step_failed","message":"The disk is full"}'::json end
       where id = $1`,
      [id, status, ms, costUsd],
    );
    return id;
  }
  for (const name of ['chain', 'child', 'parent', 'crowd'])
    await machine('POST', '/workflows', { ...CHAIN, name });
  for (let nth = 0; nth < 8; nth++) await end(await submit('chain'), 'succeeded', QUICK_MS);
  const slow = await end(await submit('chain'), 'succeeded', SLOW_MS, 0.25);
  const failed = await end(await submit('chain'), 'failed', QUICK_MS, 0.002);
  const parent = await submit('parent');
  for (let nth = 0; nth < 3; nth++) await end(await submit('child', parent), 'succeeded', QUICK_MS);
  await end(parent, 'succeeded', 2 * QUICK_MS);
  const crowd = await end(await submit('crowd'), 'failed', SLOW_MS);
  for (let nth = 0; nth < MANY_CHILDREN; nth++)
    await end(await submit('child', crowd), 'succeeded', QUICK_MS);
  const TOP_LEVEL = 12;

  const rowOf = (page: Page, id: string) => page.locator(`[data-run="${id}"]`);
  const rowsAre = (page: Page, count: number, what: string) =>
    waitUntil(async () => (await page.locator('tr[data-run]').count()) === count, { what });

  await t.test('durations are compared with the P95 of the workflow, in words too', async (t) => {
    const page = await browser.open(t, '/runs');
    await rowOf(page, slow).locator('[data-slower]').waitFor();
    await rowOf(page, slow).getByText('slower than 95% of the last runs').waitFor();
    await rowOf(page, failed).locator('[data-p95-bar]').waitFor();
    assert.equal(await rowOf(page, failed).locator('[data-slower]').count(), 0);

    assert.equal(await rowOf(page, crowd).locator('[data-p95-bar]').count(), 0, 'of one run only');

    const running = await submit('chain');
    const bar = rowOf(page, running).locator('[data-p95-bar] > div').first();
    await bar.waitFor();
    const width = async (): Promise<number> => (await bar.boundingBox())?.width ?? 0;
    const atFirst = await width();
    await waitUntil(async () => (await width()) > atFirst, { what: 'a growing bar' });
    await api.query(
      `update runs set status = 'waiting', created_at = created_at - interval '1 hour' where id = $1`,
      [running],
    );
    await page.reload();
    await rowOf(page, running).locator('[data-p95-bar]').waitFor();
    assert.equal(await rowOf(page, running).locator('[data-slower]').count(), 0, 'it waits');
    await end(running, 'cancelled', QUICK_MS);
    await api.query('delete from runs where id = $1', [running]);
  });

  await t.test('owner, cost and duration filter the list, and appear as chips', async (t) => {
    const page = await browser.open(t, '/runs?owner=builder%40example.com');
    await page.getByText('No run matches these filters').waitFor();
    const asBuilder = await browser.open(t, '/runs', { storageState: builder });
    const post = (path: string, body: object) => postAsPage(asBuilder, path, JSON.stringify(body));
    await post('/workflows', { ...CHAIN, name: 'of-builder' });
    await post('/workflows/of-builder/runs', { input: { n: 7 } });
    await rowsAre(page, 1, 'the run of the builder appears automatically');
    await page.getByRole('button', { name: 'Remove the filter: Started by builder' }).click();
    await page.waitForURL('**/runs');
    await rowsAre(page, TOP_LEVEL + 1, 'the runs of all owners are back');

    await enter(page, 'Took at least', 'soon');
    await page.getByText('Enter a duration').waitFor();
    await enter(page, 'Took at least', '3 s');
    await page.waitForURL('**/runs?minDurationMs=3000');
    await rowsAre(page, 2, 'those that took 3 s');
    await enter(page, 'Cost at least', '0.2');
    await page.waitForURL('**/runs?minDurationMs=3000&minCostUsd=0.2');
    await rowsAre(page, 1, 'the one that cost $0.2');
    await rowOf(page, slow).waitFor();
    await page.getByText('Took 3 s or more').waitFor();
    await page.reload();
    await page.getByText('Cost $0.20 or more').waitFor();
    assert.equal(await page.getByLabel('Took at least').inputValue(), '3 s');
    await rowsAre(page, 1, 'the address keeps them');
  });

  await t.test('a user saves a view, reloads and applies it, renames and deletes it', async (t) => {
    const page = await browser.open(t, '/runs?minCostUsd=0.2');
    const views = page.getByRole('group', { name: 'Views' });
    await views.getByRole('button', { name: 'Save view' }).click();
    const dialog = page.getByRole('dialog', { name: 'Save view' });
    await dialog.getByLabel('Name').fill('Dear ones');
    await dialog.getByRole('button', { name: 'Save view' }).click();
    const own = views.getByRole('button', { name: 'Dear ones', exact: true });
    await own.and(page.locator('[aria-pressed=true]')).waitFor();
    await page.goto('/runs');
    await own.click();
    await page.waitForURL('**/runs?minCostUsd=0.2');
    await rowsAre(page, 1, 'what the view shows');
    await views.getByRole('button', { name: 'Failed today' }).click();
    await page.waitForURL('**/runs?status=failed&from=*');
    await rowOf(page, failed).waitFor();

    await views.getByRole('button', { name: 'Change the view Dear ones' }).click();
    await page.getByRole('menuitem', { name: 'Rename view' }).click();
    const renaming = page.getByRole('dialog', { name: 'Rename view' });
    await renaming.getByLabel('Name').fill('Costly');
    await page.keyboard.press('Enter');
    await views.getByRole('button', { name: 'Costly', exact: true }).waitFor();
    await takeScreenshot(page, '/runs-views', 'light');
    await views.getByRole('button', { name: 'Change the view Costly' }).click();
    await page.getByRole('menuitem', { name: 'Delete view' }).click();
    await views.getByRole('button', { name: 'Costly', exact: true }).waitFor({ state: 'detached' });
  });

  await t.test('child runs are folded under their parent, and unfold by keyboard', async (t) => {
    const page = await browser.open(t, '/runs');
    await rowsAre(page, TOP_LEVEL + 1, 'runs that no other started');
    const fold = rowOf(page, parent).getByRole('button', { expanded: false });
    await fold.focus();
    await press(page, 'Enter');
    await rowsAre(page, TOP_LEVEL + 4, 'the three children as well');
    assert.equal(await page.locator('tr[data-depth="1"]').count(), 3);
    await rowOf(page, parent)
      .getByRole('button', { name: /^3 runs of run/, expanded: true })
      .waitFor();
    await takeScreenshot(page, '/runs-unfolded', 'light');
    await press(page, 'Space');
    await rowsAre(page, TOP_LEVEL + 1, 'they are folded again');

    await rowOf(page, crowd).getByRole('button', { expanded: false }).click();
    await rowsAre(page, TOP_LEVEL + 21, 'twenty of many');
    await page.getByRole('link', { name: 'All child runs' }).click();
    await page.waitForURL(`**/runs?parent=${crowd}`);
    await rowsAre(page, MANY_CHILDREN, 'all of them');
    await page.getByRole('button', { name: /^Remove the filter: Child runs of/ }).click();

    await page.getByRole('switch', { name: 'List child runs separately' }).click();
    await page.waitForURL('**/runs?flat=1');
    await rowsAre(page, TOP_LEVEL + 1 + 3 + MANY_CHILDREN, 'all runs on their own');
    await page.goto('/runs?workflow=child');
    await rowsAre(page, 3 + MANY_CHILDREN, 'a workflow finds children too');
  });

  await t.test('rows stay in place while the user selects or reads further down', async (t) => {
    const page = await browser.open(t, '/runs');
    await rowOf(page, slow).getByRole('checkbox').check();
    const bar = page.getByRole('region', { name: 'Selected runs' });
    for (const [name, why] of [
      ['Cancel (0)', 'All selected runs have ended.'],
      ['Retry (0)', 'None of the selected runs failed or was cancelled.'],
    ] as const) {
      const button = bar.getByRole('button', { name });
      assert.ok(await button.isDisabled());
      assert.equal(await button.getAttribute('title'), why);
    }
    assert.equal(await bar.getByRole('link', { name: 'Compare' }).count(), 0);
    await rowOf(page, failed).getByRole('checkbox').check();
    await bar.getByRole('link', { name: 'Compare' }).waitFor();
    assert.equal(await bar.getByRole('button', { name: 'Retry (1)' }).isDisabled(), false);
    await page.evaluate('window.scrollTo(0, document.documentElement.scrollHeight)');
    const last = (await page.locator('tr[data-run]').last().boundingBox())!;
    assert.ok(last.y + last.height <= (await bar.boundingBox())!.y, 'the bar covers no row');
    await page.evaluate('window.scrollTo(0, 0)');
    await rowOf(page, failed).getByRole('checkbox').uncheck();
    const top = async (): Promise<number> => (await rowOf(page, slow).boundingBox())!.y;
    const before = await top();
    await submit('chain');
    await page.getByRole('button', { name: '1 new run', exact: true }).waitFor();
    assert.equal(await top(), before);
    await rowsAre(page, TOP_LEVEL + 1, 'the same rows');
    await page.getByRole('button', { name: 'Clear the selection' }).click();
    await rowsAre(page, TOP_LEVEL + 2, 'the new run appears');

    await page.setViewportSize(LOW);
    await page.evaluate('window.scrollTo(0, 150)');
    const scrollY = () => page.evaluate('window.scrollY');
    await waitUntil(async () => (await scrollY()) === 150, { what: 'the scrolled page' });
    await submit('chain');
    await page.getByRole('button', { name: '1 new run', exact: true }).click();
    await rowsAre(page, TOP_LEVEL + 3, 'the second new run appears');
    assert.equal(await scrollY(), 0);
  });

  await t.test('the list and the audit log are in Japanese', async (t) => {
    const page = await browser.open(t, '/runs?minDurationMs=3000', { locale: 'ja-JP' });
    await page.getByText('所要時間 3 秒以上').waitFor();
    await page.getByRole('button', { name: 'その他の条件' }).waitFor();
    await rowOf(page, slow).getByText('直近のランの 95% より遅い').waitFor();
    await takeScreenshot(page, '/runs-ja', 'light');
    await page.goto('/audit');
    await page.getByText('ランを開始').first().waitFor();
    await takeScreenshot(page, '/audit-ja', 'light');
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    await t.test(`the list breaks no accessibility rule, ${colorScheme}`, async (t) => {
      const page = await browser.open(t, '/runs?minDurationMs=100', { colorScheme });
      await rowOf(page, parent).getByRole('button', { expanded: false }).click();
      await page.locator('tr[data-depth="1"]').first().waitFor();
      await rowOf(page, slow).getByRole('checkbox').check();
      await takeScreenshot(page, '/runs-filtered', colorScheme);
      assert.deepEqual(await checkAccessibility(page), []);
    });
  }

  await t.test('a phone shows it without scrolling sideways', async (t) => {
    const page = await browser.open(t, '/runs?minDurationMs=100&owner=nobody', { viewport: PHONE });
    await page.getByText('No run matches these filters').waitFor();
    await page.getByRole('button', { name: /^Remove the filter: Started by/ }).click();
    await rowOf(page, parent).getByRole('button', { expanded: false }).click();
    await page.locator('tr[data-depth="1"]').first().waitFor();
    await takeScreenshot(page, '/runs-phone', 'light');
    await assertFitsPhone(page);
  });

  browser.assertClean();
});
