import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { panelId } from '@aio/catalog/boards';
import { SLOS } from '@aio/catalog/objectives/slos';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { checkPage, follow } from '../browser/check-pages.ts';
import { PHONE, untilLoaded } from '../browser/checks.ts';
import { FAILING_WORKFLOW } from '../browser/workflows.ts';
import type { Observed } from './stand.ts';

/** Boards, alerts and the service graph. */
export async function testBoards(t: TestContext, { site, browser }: Observed): Promise<void> {
  const { api } = site.system;
  await api.createWorkflow(FAILING_WORKFLOW);
  const runs: string[] = [];
  const submit = async () => {
    for (let nth = 0; nth < 3; nth += 1) {
      const { id } = await api.submitRun('web-failing', {});
      runs.push(id);
      await api.waitForRun(id);
    }
  };
  await submit();
  const hasExemplars = async () => {
    await submit();
    const to = Date.now() / 1000;
    const query = 'aio_run_duration_seconds_bucket';
    return (await site.prometheus.exemplars(query, { from: to - 300, to })).length > 0;
  };
  await waitUntil(hasExemplars, { what: 'exemplars of runs', timeoutMs: 60_000 });
  await submit();

  const DURATION = panelId('aio-runs', 'Duration');
  const page = await browser.open(t, '/dashboards');
  const panelAt = (id: number) => page.locator(`[data-panel-id="${id}"]`);

  await t.test('the list has boards with their questions; a board has its panels', async () => {
    await page.getByText('Do runs succeed and end in time').click();
    await page.waitForURL('**/dashboards/aio-runs');
    await page.getByRole('heading', { level: 1, name: 'Runs and steps' }).waitFor();
    const panel = panelAt(panelId('aio-runs', 'Finished by outcome'));
    await panel.scrollIntoViewIfNeeded();
    await panel.locator('canvas').waitFor();
    await panel.getByRole('rowheader', { name: 'failed' }).waitFor();
    const row = page.getByRole('button', { name: 'Is all well?', exact: true });
    const inRow = panelAt(panelId('aio-runs', 'Stuck'));
    await inRow.waitFor();
    await row.click();
    await row.and(page.locator('[aria-expanded=false]')).waitFor();
    assert.equal(await inRow.count(), 0);
  });

  await t.test('the pointer shows values, and marks the same time on all charts', async () => {
    await follow(page, '/dashboards/aio-runtime?refresh=off&range=15m');
    const panel = panelAt(panelId('aio-runtime', 'Memory'));
    await panel.scrollIntoViewIfNeeded();
    const other = panelAt(panelId('aio-runtime', 'Processor'));
    await other.locator('canvas').waitFor();
    const over = panel.locator('.u-over');
    const { width } = (await over.boundingBox())!;
    /** Panels that load later move the chart away from the pointer. */
    const point = async (): Promise<void> => {
      for (const y of [20, 21]) await over.hover({ position: { x: width - 2, y } });
    };
    // The last step of a board can be older than the first scrape.
    const showsWorker = async (): Promise<boolean> => {
      await page.getByRole('button', { name: 'Refresh now' }).click();
      await point();
      return panel.locator('[data-tooltip]').getByText('worker').isVisible();
    };
    await waitUntil(showsWorker, { what: 'the value of the worker at the pointer' });
    // The position of the same time on the other chart.
    const marksTime = async (): Promise<boolean> => {
      await point();
      const at = (await other.locator('.u-over').boundingBox())!;
      const line = (await other.locator('.u-cursor-x').boundingBox())!;
      return Math.abs(line.x - (at.x + at.width)) < 10;
    };
    await waitUntil(marksTime, { what: 'the cursor on the other chart' });
    await page.mouse.move(0, 0);
    await panel.locator('[data-tooltip]').waitFor({ state: 'detached' });
  });

  await t.test('without data, a panel says so', async (t) => {
    t.after(() => page.unrouteAll());
    await follow(page, '/dashboards/aio-runs?refresh=off&var-workflow=never-run');
    await panelAt(DURATION).scrollIntoViewIfNeeded();
    await panelAt(DURATION).getByText('No data in this time range').waitFor();

    const slow = { status: 503, json: { status: 503, code: 'prometheus_slow' } };
    await page.route('**/api/v1/dashboards/*/query', (route) => route.fulfill(slow));
    // Another choice, because a board asks again only after its step of time.
    await follow(page, '/dashboards/aio-runs?refresh=off&var-workflow=never-ran');
    await panelAt(DURATION).scrollIntoViewIfNeeded();
    const alert = panelAt(DURATION).getByRole('alert');
    await alert.getByText('Prometheus took too long').waitFor();
  });

  await t.test('a chart marks a change by a user', async () => {
    const seen = 'aio_last_change_timestamp_seconds{change="lane_paused"}';
    const newest = async () =>
      (await site.prometheus.query(seen, Date.now() / 1000))[0]?.samples[0]?.value;
    await waitUntil(async () => (await newest()) === 0, { what: 'no pause in Prometheus' });
    await site.post('/queues/http/pause', { reason: 'to see it marked' });
    await waitUntil(async () => ((await newest()) ?? 0) > 0, { what: 'the pause in Prometheus' });
    await follow(page, '/dashboards/aio-overview?refresh=off&range=15m');
    const panel = panelAt(panelId('aio-overview', 'Alerts firing'));
    const mark = panel.locator('[data-tooltip]').getByText('Change: lane_paused');
    // The page reads marks at multiples of 15 seconds, so the mark appears at the next one.
    const isMarked = async () => {
      await page.getByRole('button', { name: 'Refresh now' }).click();
      await panel.scrollIntoViewIfNeeded();
      await panel.locator('canvas').waitFor();
      const over = panel.locator('.u-over');
      const { width } = (await over.boundingBox())!;
      for (let x = width - 2; x > width - 60; x -= 4) {
        await over.hover({ position: { x, y: 20 } });
        if (await mark.isVisible()) return true;
      }
      return false;
    };
    await waitUntil(isMarked, { what: 'the mark of the pause', timeoutMs: 60_000 });
    await site.post('/queues/http/resume');
  });

  await t.test('a panel loads when it is in view, then at the chosen interval', async (t) => {
    const page = await browser.open(t, 'about:blank', { viewport: { width: 1280, height: 500 } });
    const asked: number[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/dashboards/aio-runs/query'))
        asked.push((request.postDataJSON() as { panel: number }).panel);
    });
    const first = panelId('aio-runs', 'Stuck');
    const last = panelId('aio-runs', 'Steps that fail most');
    await page.goto('/dashboards/aio-runs?range=15m&refresh=5s');
    const isAskedAgain = () => asked.filter((id) => id === first).length >= 2;
    await waitUntil(isAskedAgain, { what: 'the second query of a panel', timeoutMs: 30_000 });
    assert.ok(!asked.includes(last), 'the last panel is not in view');
    await page.locator(`[data-panel-id="${last}"]`).scrollIntoViewIfNeeded();
    await waitUntil(() => asked.includes(last), { what: 'the query of the last panel' });
  });

  await t.test('dragging over a chart zooms into its time', async () => {
    await follow(page, '/dashboards/aio-runs?refresh=off&range=15m');
    const panel = panelAt(panelId('aio-runs', 'Finished by outcome'));
    await panel.scrollIntoViewIfNeeded();
    const { x, y, width } = (await panel.locator('.u-over').boundingBox())!;
    await page.mouse.move(x + width / 2, y + 20);
    await page.mouse.down();
    await page.mouse.move(x + width - 10, y + 40, { steps: 5 });
    await page.mouse.up();
    await page.waitForURL(/from=.*&to=/);
    await page.getByLabel('From').waitFor();
  });

  await t.test('an exemplar on a panel opens its run', async () => {
    await follow(page, '/dashboards/aio-runs?refresh=off&range=15m');
    const panel = panelAt(DURATION);
    await panel.scrollIntoViewIfNeeded();
    await panel.locator('a[data-exemplar]').last().focus();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/runs/*');
    assert.ok(runs.includes(new URL(page.url()).pathname.split('/').at(-1)!));
    await page.locator('header [data-status=failed], [data-status=failed]').first().waitFor();
  });

  await t.test('the address has time range and variables; a panel shows its queries', async () => {
    await follow(page, '/dashboards/aio-runs?refresh=off');
    await page.getByRole('combobox', { name: 'Time range' }).click();
    await page.getByRole('option', { name: 'Last hour' }).click();
    await page.waitForURL('**range=1h**');
    await page.getByRole('button', { name: 'Job: all' }).click();
    await page.getByRole('option', { name: 'worker' }).click();
    await page.waitForURL('**var-job=worker**');
    await page.reload();
    const panel = panelAt(panelId('aio-runs', 'Finished by outcome'));
    await panel.scrollIntoViewIfNeeded();
    await panel.getByRole('button', { name: 'More of Finished by outcome' }).click();
    await page.getByRole('menuitem', { name: 'Show the queries' }).click();
    await panel.getByText('job=~"(worker)"').waitFor();
  });

  await t.test('an alert shows its panel and its runbook', async () => {
    await follow(page, '/health/alerts');
    // With fewer runs, the objective says nothing. It speaks only while runs fail.
    for (let nth = 0; nth < SLOS.runSuccess.minEvents; nth += 1)
      await api.submitRun('web-failing', {});
    // One row for all windows of the objective.
    const alert = page.locator('[data-alert=RunSuccessBurn]');
    const speaks = async () => {
      await submit();
      return alert.isVisible();
    };
    await waitUntil(speaks, { what: 'RunSuccessBurn', timeoutMs: 240_000 });
    // The share varies, because later runs that succeed count too.
    for (const window of ['1h', '6h', '1d', '3d'])
      await alert.getByText(new RegExp(`Run success: [\\d.]+% bad in ${window}`)).waitFor();
    await alert.click();
    await page.waitForURL('**?alert=RunSuccessBurn');
    await page.getByRole('link', { name: 'Open examples' }).waitFor();
    const runbook = page.getByRole('article', { name: 'Runbook of RunSuccessBurn' });
    await runbook.getByText('By step kind and error:').waitFor();
    await panelAt(panelId('aio-overview', 'Error budget burn')).locator('canvas').waitFor();
    await runbook.getByRole('link', { name: 'LlmErrors' }).click();
    await page.waitForURL('**?alert=LlmErrors');
    await page.getByRole('article', { name: 'Runbook of LlmErrors' }).waitFor();
    await page.locator('[data-alert=Watchdog]').getByText('Heartbeat').waitFor();
    await follow(page, '/health/alerts?alert=NoWorkerUp');
    await page
      .locator('[data-why-now]')
      .getByText(/^Why now:/)
      .waitFor();
  });

  await t.test('the overview has the error budget', async (t) => {
    t.after(() => page.unrouteAll());
    const text = '20.1% of the error budget left, 30 days';
    const budget = { left: 0.201, events: 576, minEvents: 100, text };
    const items = [{ key: 'runSuccess', title: 'Run success', budget }];
    await page.route('**/api/v1/error-budgets', (route) => route.fulfill({ json: { items } }));
    await follow(page, '/overview');
    await page.getByText(text, { exact: true }).waitFor();
  });

  await t.test('every page', async () => {
    for (const path of ['/dashboards', '/health/alerts?alert=RunSuccessBurn']) {
      await follow(page, path);
      await untilLoaded(page);
      await checkPage(page);
    }
  });

  await t.test('on a phone, the chosen alert is in view', async () => {
    await follow(page, '/health/alerts');
    await page.setViewportSize(PHONE);
    await page.locator('[data-inactive] summary').click();
    const quiet = page.getByRole('link', { name: 'Run duration: error budget burns' });
    await quiet.scrollIntoViewIfNeeded();
    await quiet.click();
    const heading = page.getByRole('heading', { name: 'RunDurationBurn' });
    const isOnScreen = async () => {
      const box = await heading.boundingBox();
      return box !== null && box.y >= 0 && box.y < PHONE.height;
    };
    await waitUntil(isOnScreen, { what: 'the name of the alert on the screen' });
  });
}

/** Pages without Prometheus, which this stops. */
export async function testOutage(t: TestContext, { site, browser }: Observed): Promise<void> {
  await t.test('without Prometheus, a panel shows an error and keeps its data', async (t) => {
    const page = await browser.open(t, '/dashboards/aio-runs?refresh=off&range=15m');
    const panel = page.locator(`[data-panel-id="${panelId('aio-runs', 'Finished by outcome')}"]`);
    await panel.scrollIntoViewIfNeeded();
    await panel.locator('canvas').waitFor();
    await site.stopPrometheus();
    await page.getByRole('button', { name: 'Refresh now' }).click();
    await panel.getByRole('alert').getByText('Prometheus does not answer').waitFor();
    assert.ok(await panel.locator('canvas').isVisible());
    await follow(page, '/health/alerts');
    await page.getByText('Prometheus does not answer', { exact: true }).waitFor();
  });
}
