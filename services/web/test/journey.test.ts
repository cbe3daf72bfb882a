import assert from 'node:assert/strict';
import { test } from 'node:test';
import { panelId } from '@aio/catalog/boards';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { openBrowser } from './browser/open-browser.ts';
import { postAsPage } from './browser/post-as-page.ts';
import { skipWithout } from './browser/programs.ts';
import { startObserved } from './browser/start-observed.ts';
import { startSite } from './browser/start-site.ts';
import { startTracing } from './browser/start-tracing.ts';
import { liveWorkflow } from './browser/workflows.ts';

const skip = skipWithout('chromium', 'webServer');
const lacksServers = skipWithout('prometheus', 'jaeger');

/** Fails until the secret with the same name is set. */
const fragileWorkflow = (name: string, simulator: string): string => `
name: ${name}
steps:
  steady: { type: http, with: { url: '${simulator}/work?ms=10' } }
  guarded:
    type: http
    needs: [steady]
    retry: { maxAttempts: 1 }
    with:
      url: '${simulator}/work?ms=10'
      headers: { authorization: 'Bearer \${{ secrets.${name.replaceAll('-', '_')} }}' }
`;

test('users handle failures and outages', { skip }, async (t) => {
  const site = !lacksServers
    ? await startObserved(t, { env: await startTracing(t) })
    : await startSite(t);
  const browser = await openBrowser(t, site);
  const { api, simulator } = site.system;
  await api.createWorkflow(liveWorkflow(simulator.url));

  /** Waits until a run requests an approval. @returns its id */
  const asked = (runId: string): Promise<string> => {
    const find = async () =>
      (await api.listPendingApprovals()).find((one) => one.runId === runId)?.id;
    return waitUntil(find, { what: `an approval of ${runId}`, timeoutMs: 30_000 });
  };

  for (const person of ['builder', 'admin'] as const)
    await t.test(`${person} retries a failed run, and the runs link to each other`, async (t) => {
      await browser.logIn(person);
      const name = `fragile-${person}`;
      const page = await browser.open(t, '/workflows');
      const isAt = (id: string) => page.waitForURL(`**/runs/${id}`);
      const yaml = fragileWorkflow(name, simulator.url);
      await postAsPage(page, '/workflows', yaml, 'application/yaml');
      await page.reload();
      await page.getByRole('link', { name, exact: true }).click();
      await page.getByRole('button', { name: 'Start run' }).click();
      await page.waitForURL('**/runs/*');
      const first = page.url().split('/').at(-1)!;
      await page.getByText('The run failed').waitFor();
      const calls = (await simulator.calls()).total;
      await api.putSecret(name.replaceAll('-', '_'), 'there now');

      await page.getByRole('button', { name: /^Retry/ }).click();
      await page.waitForURL((url) => !url.pathname.endsWith(first));
      const second = page.url().split('/').at(-1)!;
      await page.locator('header [data-status=succeeded]').waitFor();
      const { total } = await simulator.calls();
      assert.equal(total, calls + 1, 'what had succeeded is not repeated');

      await page.getByRole('link', { name: /^Retry of/ }).click();
      await isAt(first);
      await page.locator('header [data-status=failed]').waitFor();
      await page.getByRole('link', { name: /^Retried by/ }).click();
      await isAt(second);
      await page.getByRole('link', { name: 'Compare' }).click();
      await page.waitForURL(`**/runs/compare?a=${first}&b=${second}`);
      await page.getByRole('heading', { name: 'Compare' }).waitFor();
    });

  await t.test('a run continues while the API is down, and its page catches up', async (t) => {
    const { id } = await api.submitRun('web-live', { who: 'outage', workMs: 1500, names: ['ada'] });
    const page = await browser.open(t, `/runs/${id}`);
    await page.evaluate(() => Object.assign(globalThis, { isSamePage: true }));
    const away = page.getByText('The API does not answer');
    t.after(() => site.apiPath.set('open'));
    await page.locator('[data-step=left]').waitFor();
    await site.apiPath.set('refused');
    await away.waitFor();
    assert.ok(await page.locator('[data-step=left]').isVisible(), 'loaded steps stay');
    await asked(id);
    const card = page.getByRole('region', { name: 'Approval agree' });
    assert.equal(await card.count(), 0);
    await site.apiPath.set('open');
    await away.waitFor({ state: 'detached' });
    await card.getByRole('button', { name: 'Approve' }).click();
    await page.locator('header [data-status=succeeded]').waitFor();
    assert.ok(await page.evaluate(() => 'isSamePage' in globalThis), 'the page did not reload');
  });

  const skip = lacksServers;
  await t.test('an exemplar on a board leads to its run and trace', { skip }, async (t) => {
    const { prometheus } = site as Awaited<ReturnType<typeof startObserved>>;
    const isMeasured = async () => {
      const input = { who: 'traced', workMs: 10, names: ['ada'] };
      const { id } = await api.submitRun('web-live', input);
      await api.decide(await asked(id), 'approved');
      await api.waitForRun(id);
      const to = Date.now() / 1000;
      const query = 'aio_run_duration_seconds_bucket{workflow="web-live"}';
      const exemplars = await prometheus.exemplars(query, { from: to - 300, to });
      const rates = await prometheus.query(`sum(rate(${query}[10s])) > 0`, to);
      return exemplars.length > 0 && rates.length > 0;
    };
    await waitUntil(isMeasured, { what: 'runs with an exemplar', timeoutMs: 60_000 });
    const page = await browser.open(t, '/dashboards/aio-runs?refresh=off&range=15m');
    const panel = page.locator(`[data-panel-id="${panelId('aio-runs', 'Duration')}"]`);
    await panel.scrollIntoViewIfNeeded();
    await panel.locator('a[data-exemplar]').last().click();
    await page.waitForURL('**/runs/*');
    const name = await page.getByRole('heading', { level: 1 }).getByRole('link').innerText();
    await page.getByRole('tab', { name: 'Trace' }).click();
    const tree = page.getByRole('tree', { name: 'Spans over time' });
    await tree.locator(`[data-span="run ${name}"]`).waitFor();
    assert.ok((await tree.getByRole('treeitem').count()) > 3, 'the spans of its steps');
  });

  await t.test('pages stay on the site, throw nothing and break no policy', browser.assertClean);
});
