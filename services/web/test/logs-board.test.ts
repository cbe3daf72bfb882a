import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { panelId } from '@aio/catalog/boards';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { queryLoki } from '@aio/query/loki';
import { startOtlpReceiver } from '@aio/runtime/testing/otlp-receiver';
import { findFreePort } from '@aio/tools/process/free-port';
import { startLoki } from '@aio/tools/servers/loki';
import { checkPage } from './browser/check-pages.ts';
import { openBrowser } from './browser/open-browser.ts';
import { PROGRAMS, skipWithout } from './browser/programs.ts';
import { startSite } from './browser/start-site.ts';
import { FAILING_WORKFLOW } from './browser/workflows.ts';

const skip = skipWithout('chromium', 'webServer', 'loki');

test('the board of logs, with a real Loki', { skip }, async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'aio-loki-'));
  const port = await findFreePort();
  const lokiUrl = `http://127.0.0.1:${port}`;
  const searchPath = process.env.PATH ?? '';
  const loki = await startLoki(PROGRAMS.loki!, { dataDir, searchPath, port });
  t.after(async () => {
    await loki.stop();
    await rm(dataDir, { recursive: true, force: true });
  });
  const collector = await startOtlpReceiver();
  t.after(() => collector.close());
  const site = await startSite(t, {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
    OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: `${lokiUrl}/otlp/v1/logs`,
    LOKI_URL: lokiUrl,
    LOG_LEVEL: 'info',
  });
  const { api } = site.system;
  await api.createWorkflow(FAILING_WORKFLOW);
  for (let nth = 0; nth < 3; nth += 1) {
    const { id } = await api.submitRun('web-failing', {});
    await api.waitForRun(id);
    const filter = { runId: id, event: 'aio.run.ended', since: Date.now() - 600_000 };
    const isThere = async () => (await queryLoki(lokiUrl, filter, 10)).length === 1;
    await waitUntil(isThere, { what: 'the end of the run in Loki', timeoutMs: 30_000 });
  }
  const browser = await openBrowser(t, site);
  await browser.logIn('admin');

  await t.test('the list has the board, and it draws the logs', async (t) => {
    const page = await browser.open(t, '/dashboards');
    await page.getByText('What do API and workers log').click();
    await page.waitForURL('**/dashboards/aio-logs');
    const panel = (title: string) =>
      page.locator(`[data-panel-id="${panelId('aio-logs', title)}"]`);
    await panel('Lines by service and level').locator('canvas').waitFor();
    await panel('Lines by service and level')
      .getByRole('rowheader', { name: 'aio-worker: warn' })
      .waitFor();
    await panel('Failed steps').scrollIntoViewIfNeeded();
    await panel('Failed steps').getByText('web-failing: breaks').waitFor();
    await panel('Warnings and errors, by event').getByText('aio.step.failed').waitFor();
    assert.equal(await page.getByText('Lines of the run').count(), 0, 'only Grafana has it');
    await checkPage(page);
  });

  assert.deepEqual([browser.pageErrors, browser.policyViolations], [[], []]);
});
