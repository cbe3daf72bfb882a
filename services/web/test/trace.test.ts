import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { findFreePort } from '@aio/stack/free-port';
import { startJaeger } from '@aio/stack/jaeger';
import { checkAccessibility } from './browser/check-accessibility.ts';
import { openBrowser } from './browser/open-browser.ts';
import { startSite } from './browser/start-site.ts';

const chromiumPath = process.env.TEST_CHROMIUM_PATH;
const webServer = process.env.TEST_WEB_SERVER_PATH;
const jaegerPath = process.env.TEST_JAEGER_PATH;
const missing = [
  chromiumPath ? '' : 'TEST_CHROMIUM_PATH (a Chromium)',
  webServer ? '' : 'TEST_WEB_SERVER_PATH (the built server)',
  jaegerPath ? '' : 'a Jaeger (`npm run servers -- jaeger`)',
].filter(Boolean);
const skip = missing.length > 0 && `needs ${missing.join(' and ')}`;

/** More than any window shows. */
const ITEMS = 60;
const WORKFLOW = `
name: web-traced
steps:
  each:
    type: map
    over: "\${{ input.items }}"
    step: { type: transform, with: { value: "\${{ item }}" } }
  wrong:
    type: transform
    needs: [each]
    with: { value: "\${{ steps.each.output[0].nothing }}" }
`;

/** The environment of processes that send their spans to a Jaeger of the test's own. */
async function startTracing(t: TestContext): Promise<Record<string, string>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'aio-jaeger-'));
  const ports = {
    jaegerUi: await findFreePort(),
    otlpGrpc: await findFreePort(),
    otlpHttp: await findFreePort(),
    spanMetrics: await findFreePort(),
  };
  const jaeger = await startJaeger(jaegerPath!, {
    dataDir,
    searchPath: process.env.PATH ?? '',
    ports,
    // None is there, and nobody opens the Monitor tab.
    prometheusUrl: 'http://127.0.0.1:9',
  });
  t.after(async () => {
    await jaeger.stop();
    rmSync(dataDir, { recursive: true });
  });
  return {
    TELEMETRY_ENABLED: 'true',
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${ports.otlpHttp}`,
    JAEGER_QUERY_URL: `http://127.0.0.1:${ports.jaegerUi}`,
  };
}

test('the trace of a run on its page', { skip }, async (t) => {
  const site = await startSite(t, webServer!, undefined, await startTracing(t));
  const browser = await openBrowser(t, chromiumPath!, {
    siteUrl: site.url,
    loginUrl: site.system.identityUrl,
  });
  await browser.logIn('admin');
  const { api } = site.system;
  await api.createWorkflow(WORKFLOW);
  const items = Array.from({ length: ITEMS }, (_, index) => index);
  const { id } = await api.submitRun('web-traced', { items });
  const page = await browser.open(t, `/runs/${id}?tab=trace`);
  const tree = page.getByRole('tree', { name: 'Spans over time' });
  const span = (name: string) => tree.locator(`[data-span="${name}"]`);
  await span('run web-traced').waitFor();

  await t.test('all its spans can be reached, those out of view by scrolling', async () => {
    await tree.locator(`[aria-setsize]`).first().waitFor();
    const total = Number(await tree.locator('[aria-setsize]').first().getAttribute('aria-setsize'));
    assert.ok(total > ITEMS, `${total} spans`);
    const drawn = await tree.getByRole('treeitem').count();
    assert.ok(drawn < total, 'only those in view are drawn');
    await tree.focus();
    await page.keyboard.press('End');
    const last = tree.locator(`[aria-posinset="${total}"]`);
    await last.waitFor();
    assert.equal(await last.getAttribute('aria-selected'), 'true');
    await page.keyboard.press('Home');
    await tree.locator('[aria-posinset="1"]').waitFor();
    const box = (await tree.boundingBox())!;
    const row = (await tree.getByRole('treeitem').first().boundingBox())!;
    const inView = Math.floor(box.height / row.height);
    assert.ok((await tree.getByRole('treeitem').count()) >= Math.min(total, inView));
  });

  await t.test('a key goes to the next span that failed', async () => {
    await page.getByLabel('Search in the spans').fill('wrong');
    await tree.focus();
    await page.keyboard.press('.');
    const failed = tree.locator('[data-failed][aria-selected=true]');
    await failed.waitFor();
    await page.getByRole('complementary', { name: 'Span' }).getByText('Attributes').waitFor();
  });

  await t.test('it breaks no accessibility rule', async () => {
    assert.deepEqual(await checkAccessibility(page), []);
  });
});
