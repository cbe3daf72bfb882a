import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { panelId } from '@aio/catalog/boards';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { checkPage, checkThemes, follow } from '../browser/check-pages.ts';
import { PHONE, setVisibility } from '../browser/checks.ts';
import { UNSERVED_WORKFLOW } from '../browser/workflows.ts';
import type { Observed } from './stand.ts';

const REASON = 'maintenance until 18:00';

const calling = (simulator: string) => `
name: web-calling
steps:
  call: { type: http, with: { url: "${simulator}/work?ms=20" } }
`;

/** Queues, workers, and runs that wait for them. */
export async function testQueues(
  t: TestContext,
  { site, browser, builder }: Observed,
): Promise<void> {
  const { api, simulator } = site.system;
  await api.createWorkflow(calling(simulator.url));
  const runOne = async () => void (await api.waitForRun((await api.submitRun('web-calling')).id));
  await runOne();

  const page = await browser.open(t, '/health/queues');
  const lane = page.locator('[data-lane=http]');
  let runId = '';

  await t.test('a run that waits for a paused lane shows who paused it and why', async () => {
    await lane.getByRole('button', { name: 'Pause http' }).click();
    const dialog = page.getByRole('dialog', { name: 'Pause http?' });
    await dialog.getByLabel('Reason (optional)').fill(REASON);
    await checkThemes(page);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await lane.getByRole('button', { name: 'Pause http' }).click();
    await dialog.getByLabel('Reason (optional)').fill(REASON);
    await dialog.getByRole('button', { name: 'Pause the lane' }).click();
    const sentence = new RegExp(`paused by admin@example\\.com .*: ${REASON}`, 'i');
    await lane.getByText(sentence).waitFor();
    runId = (await api.submitRun('web-calling')).id;
    await lane.getByText('1 step', { exact: true }).waitFor();
    const wait = lane.locator('[data-expected-wait]');
    assert.equal((await wait.textContent())?.trim(), '–', 'a paused lane has no expected wait');
    await follow(page, `/runs/${runId}?step=call`);
    await page.locator('header').getByText(sentence).waitFor();
    await page.locator('[data-panel=step]').getByText(sentence).waitFor();
    await follow(page, '/settings/audit?action=pauseQueue');
    await page.getByText(`reason: ${REASON}`).waitFor();
  });

  await t.test('a builder sees the reason, and cannot resume the lane', async (t) => {
    const page = await browser.open(t, '/health/queues', { storageState: builder });
    await page.locator('[data-lane=http]').getByText(REASON).waitFor();
    assert.equal(await page.getByRole('button', { name: /^(Pause|Resume) / }).count(), 0);
  });

  await t.test('the page of a paused lane; on a phone, its buttons are in view', async () => {
    await follow(page, '/health/queues');
    await lane.getByText(REASON).waitFor();
    await page.locator('[data-panel-id] canvas').first().waitFor();
    await checkPage(page);
    const size = page.viewportSize()!;
    await page.setViewportSize(PHONE);
    const { x, width } = (await lane.getByRole('button', { name: 'Resume http' }).boundingBox())!;
    assert.ok(x + width <= PHONE.width, `it ends at ${x + width}`);
    const worker = page.locator('[data-worker=running]');
    await worker.getByText(/^\d+ of \d+/).waitFor();
    await page.setViewportSize(size);
  });

  await t.test('after a resume the reason is gone and the run succeeds', async () => {
    await follow(page, '/health/queues');
    await lane.getByRole('button', { name: 'Resume http' }).click();
    await lane.getByRole('button', { name: 'Pause http' }).waitFor();
    assert.equal(await lane.getByText(REASON).count(), 0);
    assert.equal((await api.waitForRun(runId)).status, 'succeeded');
  });

  await t.test('lanes have their throughput, slots and charts', async () => {
    await follow(page, '/health/queues');
    const query = 'sum(rate(aio_steps_finished_total{kind="http"}[1m])) > 0';
    const isCounted = async () => {
      await runOne();
      return (await site.prometheus.query(query, Date.now() / 1000)).length > 0;
    };
    await waitUntil(isCounted, { what: 'finished steps in Prometheus', timeoutMs: 60_000 });
    await page.reload();
    await page.getByRole('columnheader', { name: 'Per minute' }).waitFor();
    await lane.getByRole('meter', { name: 'Slots of http' }).waitFor();
    for (const title of ['Backlog', 'Throughput by queue']) {
      const panel = page.locator(`[data-panel-id="${panelId('aio-queue-workers', title)}"]`);
      await panel.scrollIntoViewIfNeeded();
      await panel.locator('canvas').waitFor();
      await panel.getByRole('rowheader', { name: /^http/ }).first().waitFor();
    }
    const queueTime = panelId('aio-runs', 'Queue time, P95 by kind');
    await page.locator(`[data-panel-id="${queueTime}"] canvas`).waitFor();
  });

  await t.test('the page says what happens to the work of draining and lost workers', async (t) => {
    t.after(() => page.unrouteAll());
    await follow(page, '/inbox/events');
    await page.route('**/api/v1/workers', async (route) => {
      const answer = await route.fetch();
      const [worker] = (await answer.json()) as Record<string, unknown>[];
      const draining = { ...worker, id: 'a', state: 'draining' };
      const lost = { ...worker, id: 'b', state: 'lost', alive: false, slotsUsed: 0 };
      await route.fulfill({ json: [worker, draining, lost] });
    });
    await follow(page, '/health/queues');
    await page.locator('[data-worker=running]').getByText('http: 1 slot').waitFor();
    await page.locator('[data-worker=draining]').getByText('takes no more').waitFor();
    await page.locator('[data-worker=lost]').getByText('Other workers take over').waitFor();
    const heartbeat = page.locator('[data-worker=running] time').last();
    assert.match((await heartbeat.getAttribute('title')) ?? '', /^\d{4}-\d\d-\d\d .* UTC$/);
  });

  await t.test('a hidden page sends no requests, and loads once it is visible', async () => {
    await follow(page, 'about:blank');
    await page.clock.install();
    await page.goto('/health/queues');
    await page.locator('[data-lane=http]').waitFor();
    let asked = 0;
    page.on('request', () => (asked += 1));
    await setVisibility(page, 'hidden');
    // What was under way may still send a request.
    await page.clock.runFor(60_000);
    await page.waitForLoadState('networkidle');
    asked = 0;
    await page.clock.runFor(60_000);
    assert.equal(asked, 0);
    const request = page.waitForRequest('**/api/v1/queues');
    await setVisibility(page, 'visible');
    await request;
  });

  await t.test('users without runs see the examples, others on request', async (t) => {
    const page = await browser.open(t, '/overview', { storageState: builder });
    const welcome = page.getByRole('region', { name: 'Welcome to AIO' });
    await welcome.waitFor();
    await checkThemes(page);
    await welcome.getByRole('button', { name: 'Close the welcome message' }).click();
    await welcome.waitFor({ state: 'detached' });
    await page.reload();
    await page.getByRole('button', { name: 'Examples' }).click();
    await welcome.waitFor();
  });

  await t.test('every page shows that no worker takes a step', async () => {
    await api.createWorkflow(UNSERVED_WORKFLOW);
    const { id } = await api.submitRun('web-unserved', {});
    await follow(page, `/runs/${id}?step=think`);
    const reason = 'No worker for llm';
    await page.locator('header').getByText(reason).waitFor();
    await page.locator('[data-panel=step]').getByText(reason).waitFor();
    await page.locator('[data-step=think]').getByText(reason, { exact: true }).waitFor();
    await page.getByRole('treeitem', { name: `think llm, ready, ${reason}` }).waitFor();
    await follow(page, '/runs');
    await page.locator('tbody').getByText(reason).filter({ visible: true }).waitFor();
    await follow(page, '/health/queues');
    await page.getByText('No worker for llm').waitFor();
    await page.locator('[data-lane=llm]').getByText('no worker').waitFor();
    await checkPage(page);
    await api.cancelRun(id);
  });
}
