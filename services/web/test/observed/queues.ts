import assert from 'node:assert/strict';
import { test } from 'node:test';
import { panelId } from '@aio/catalog/boards';
import { waitUntil } from '@aio/platform/testing/wait-until';
import type { Page } from 'playwright-core';
import { checkAccessibility } from './browser/check-accessibility.ts';
import { assertFitsPhone, PHONE, setVisibility } from './browser/checks.ts';
import { openBrowser } from './browser/open-browser.ts';
import { skipWithout } from './browser/programs.ts';
import { startObserved } from './browser/start-observed.ts';
import { takeScreenshot } from './browser/take-screenshot.ts';

const skip = skipWithout('chromium', 'webServer', 'prometheus');
const REASON = 'maintenance until 18:00';

const calling = (simulator: string) => `
name: web-calling
steps:
  call: { type: http, with: { url: "${simulator}/work?ms=20" } }
`;

test('queues and workers of a real system', { skip }, async (t) => {
  const site = await startObserved(t);
  const browser = await openBrowser(t, site);
  const admin = await browser.logIn('admin');
  const builder = await browser.logIn('builder');
  const { api, simulator } = site.system;
  await api.createWorkflow(calling(simulator.url));
  const runOne = async () => void (await api.waitForRun((await api.submitRun('web-calling')).id));
  await runOne();

  const asAdmin = { storageState: admin };
  const lane = (page: Page, name: string) => page.locator(`[data-lane=${name}]`);
  const pause = async (page: Page, name: string, reason: string) => {
    const button = lane(page, name).getByRole('button', { name: `Pause ${name}` });
    await button.click();
    const dialog = page.getByRole('dialog', { name: `Pause ${name}?` });
    await dialog.getByLabel('Reason (optional)').fill(reason);
    await dialog.getByRole('button', { name: 'Pause the lane' }).click();
  };
  let runId = '';

  await t.test('a run that waits for a paused lane shows who paused it and why', async (t) => {
    const page = await browser.open(t, '/queues', asAdmin);
    await pause(page, 'http', REASON);
    const sentence = new RegExp(`paused by admin@example\\.com .*: ${REASON}`, 'i');
    await lane(page, 'http').getByText(sentence).waitFor();
    runId = (await api.submitRun('web-calling')).id;
    await lane(page, 'http').getByText('1 step', { exact: true }).waitFor();
    const wait = lane(page, 'http').locator('[data-expected-wait]');
    assert.equal((await wait.textContent())?.trim(), '–', 'a paused lane has no expected wait');
    await page.goto(`/runs/${runId}?step=call`);
    await page.locator('header').getByText(sentence).waitFor();
    await page.locator('[data-panel=step]').getByText(sentence).waitFor();
    await page.goto('/audit?action=pauseQueue');
    await page.getByText(`reason: ${REASON}`).waitFor();
  });

  await t.test('a builder sees the reason, and cannot resume the lane', async (t) => {
    const page = await browser.open(t, '/queues', { storageState: builder });
    await lane(page, 'http').getByText(REASON).waitFor();
    assert.equal(await page.getByRole('button', { name: /^(Pause|Resume) / }).count(), 0);
  });

  await t.test('the page is also in Japanese', async (t) => {
    const page = await browser.open(t, '/queues', { ...asAdmin, locale: 'ja-JP' });
    const paused = /admin@example\.com が一時停止（.*）: /;
    await lane(page, 'http').getByText(paused).waitFor();
    await page.getByRole('heading', { name: '直近 1 時間' }).waitFor();
    await takeScreenshot(page, 'queues-ja', 'light');
  });

  await t.test('on a phone, the buttons are in view', async (t) => {
    const page = await browser.open(t, '/queues', { ...asAdmin, viewport: PHONE });
    const button = lane(page, 'http').getByRole('button', { name: 'Resume http' });
    await button.waitFor();
    const { x, width } = (await button.boundingBox())!;
    assert.ok(x + width <= PHONE.width, `it ends at ${x + width}`);
    const worker = page.locator('[data-worker=running]');
    await worker.getByText(/^\d+ of \d+/).waitFor();
    await assertFitsPhone(page);
    await takeScreenshot(page, 'queues-phone', 'light');
  });

  await t.test('after a resume the reason is gone and the run succeeds', async (t) => {
    const page = await browser.open(t, '/queues', asAdmin);
    await lane(page, 'http').getByRole('button', { name: 'Resume http' }).click();
    await lane(page, 'http').getByRole('button', { name: 'Pause http' }).waitFor();
    assert.equal(await lane(page, 'http').getByText(REASON).count(), 0);
    assert.equal((await api.waitForRun(runId)).status, 'succeeded');
  });

  await t.test('lanes have their throughput, slots and charts', async (t) => {
    const page = await browser.open(t, '/queues', asAdmin);
    const query = 'sum(rate(aio_steps_finished_total{kind="http"}[1m])) > 0';
    const isCounted = async () => {
      await runOne();
      return (await site.prometheus.query(query, Date.now() / 1000)).length > 0;
    };
    await waitUntil(isCounted, { what: 'finished steps in Prometheus', timeoutMs: 60_000 });
    await page.reload();
    await page.getByRole('columnheader', { name: 'Per minute' }).waitFor();
    await lane(page, 'http').getByRole('meter', { name: 'Slots of http' }).waitFor();
    for (const title of ['Backlog', 'Throughput by queue']) {
      const panel = page.locator(`[data-panel-id="${panelId('aio-queue-workers', title)}"]`);
      await panel.scrollIntoViewIfNeeded();
      await panel.locator('canvas').waitFor();
      await panel.getByRole('rowheader', { name: /^http/ }).first().waitFor();
    }
    const queueTime = panelId('aio-steps', 'Queue time, P95 by kind');
    await page.locator(`[data-panel-id="${queueTime}"] canvas`).waitFor();
  });

  await t.test('the page says what happens to the work of draining and lost workers', async (t) => {
    const page = await browser.open(t, 'about:blank', asAdmin);
    await page.route('**/api/v1/workers', async (route) => {
      const answer = await route.fetch();
      const [worker] = (await answer.json()) as Record<string, unknown>[];
      const draining = { ...worker, id: 'a', state: 'draining' };
      const lost = { ...worker, id: 'b', state: 'lost', alive: false, slotsUsed: 0 };
      await route.fulfill({ json: [worker, draining, lost] });
    });
    await page.goto('/queues');
    await page.locator('[data-worker=running]').getByText('http: 1 slot').waitFor();
    await page.locator('[data-worker=draining]').getByText('takes no more').waitFor();
    await page.locator('[data-worker=lost]').getByText('Other workers take over').waitFor();
    const heartbeat = page.locator('[data-worker=running] time').last();
    assert.match((await heartbeat.getAttribute('title')) ?? '', /^\d{4}-\d\d-\d\d .* UTC$/);
    await takeScreenshot(page, 'queues-workers', 'light');
  });

  await t.test('a hidden page sends no requests, and loads once it is visible', async (t) => {
    const page = await browser.open(t, 'about:blank', asAdmin);
    await page.clock.install();
    await page.goto('/queues');
    await lane(page, 'http').waitFor();
    await setVisibility(page, 'hidden');
    await page.waitForLoadState('networkidle');
    let asked = 0;
    page.on('request', () => (asked += 1));
    await page.clock.runFor(60_000);
    assert.equal(asked, 0);
    const request = page.waitForRequest('**/api/v1/queues');
    await setVisibility(page, 'visible');
    await request;
  });

  await t.test('users without runs see the examples, others on request', async (t) => {
    const page = await browser.open(t, '/overview', { storageState: builder });
    const welcome = page.getByRole('region', { name: 'Welcome to AIO' });
    await welcome.getByRole('button', { name: 'Close the welcome message' }).click();
    await welcome.waitFor({ state: 'detached' });
    await page.reload();
    await page.getByRole('button', { name: 'Examples' }).click();
    await welcome.waitFor();
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    await t.test(`no page breaks an accessibility rule, ${colorScheme}`, async (t) => {
      const viewport = { width: 1280, height: 1700 };
      const page = await browser.open(t, '/queues', { ...asAdmin, colorScheme, viewport });
      await pause(page, 'http', REASON);
      await lane(page, 'http').getByText(REASON).waitFor();
      await page.locator('[data-panel-id] canvas').first().waitFor();
      await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
      assert.deepEqual(await checkAccessibility(page), []);
      await takeScreenshot(page, 'queues', colorScheme);
      await lane(page, 'http').getByRole('button', { name: 'Resume http' }).click();
      await lane(page, 'http').getByRole('button', { name: 'Pause http' }).click();
      await page.getByRole('dialog').waitFor();
      assert.deepEqual(await checkAccessibility(page), [], 'the dialog');
      await takeScreenshot(page, 'queues-pause', colorScheme);
      await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
      await page.goto('/overview');
      // The machine owns all runs of this test, so the admin has none.
      await page.getByRole('region', { name: 'Welcome to AIO' }).waitFor();
      assert.deepEqual(await checkAccessibility(page), [], 'the overview');
      await takeScreenshot(page, 'overview-welcome', colorScheme);
    });
  }

  await t.test('pages stay on the site, throw nothing and break no policy', browser.assertClean);
});
