import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { checkThemes, follow } from '../browser/check-pages.ts';
import type { Stand } from './stand.ts';

/** More than a window shows. */
const ITEMS = 60;
const workflowOf = (simulator: string) => `
name: web-traced
steps:
  each:
    type: map
    over: "\${{ input.items }}"
    step: { type: transform, with: { value: "\${{ item }}" } }
  call: { type: http, with: { url: "${simulator}/work?ms=1" } }
  wrong: { type: transform, needs: [each, call], with: { value: "\${{ steps.each.output[0].nothing }}" } }
`;

/** The trace of a run on its page. */
export async function testTrace(t: TestContext, { site, browser }: Stand): Promise<void> {
  const { api, simulator } = site.system;
  await api.createWorkflow(workflowOf(simulator.url));
  const items = Array.from({ length: ITEMS }, (_, index) => index);
  const { id } = await api.submitRun('web-traced', { items });
  const page = await browser.open(t, `/runs/${id}?tab=trace`);
  const tree = page.getByRole('tree', { name: 'Spans over time' });
  const span = (name: string) => tree.locator(`[data-span="${name}"]`);
  await span('run web-traced').waitFor();

  await t.test('keys reach all spans of the trace, also those out of view', async () => {
    await tree.locator(`[aria-setsize]`).first().waitFor();
    const total = Number(await tree.locator('[aria-setsize]').first().getAttribute('aria-setsize'));
    assert.ok(total > ITEMS, `${total} spans`);
    const drawn = await tree.getByRole('treeitem').count();
    assert.ok(drawn < total, 'the page draws only spans in view');
    await tree.focus();
    await page.keyboard.press('End');
    await tree.locator(`[aria-posinset="${total}"][aria-selected=true]`).waitFor();
    await page.keyboard.press('Home');
    await tree.locator('[aria-posinset="1"]').waitFor();
    const box = (await tree.boundingBox())!;
    const row = (await tree.getByRole('treeitem').first().boundingBox())!;
    const inView = Math.floor(box.height / row.height);
    assert.ok((await tree.getByRole('treeitem').count()) >= Math.min(total, inView));
  });

  await t.test('a click selects a span', async () => {
    await page.getByLabel('Search the spans').fill('wrong');
    await tree.locator('[data-span]').first().click();
    await tree.locator('[data-span][aria-selected=true]').waitFor();
    const details = page.getByRole('complementary', { name: 'Span' });
    await details.getByText('Attributes').waitFor();
  });

  await t.test('a log line links to the span of its step', async (t) => {
    const opened = await browser.open(t, `/runs/${id}?tab=logs`);
    await opened.getByRole('link', { name: 'Show the span of call' }).first().click();
    await opened.locator('[data-span][aria-selected=true]').waitFor();
    const itsSpan = opened.getByRole('complementary', { name: 'Span' });
    await itsSpan
      .getByRole('list', { name: 'Log lines' })
      .getByText(/: 200 in /)
      .waitFor();
  });

  await t.test('a step links to its span', async (t) => {
    const opened = await browser.open(t, `/runs/${id}?step=each`);
    await opened.getByRole('link', { name: 'Show the span' }).click();
    await opened.locator('[data-span="step map"][aria-selected=true]').waitFor();
  });

  await t.test('if traces go elsewhere, the tab names the receiver', async (t) => {
    const opened = await browser.open(t, '/runs');
    await opened.route('**/api/v1/runs/*/trace', async (route) => {
      const json = (await (await route.fetch()).json()) as object;
      const receiver = 'otlp.example.com';
      await route.fulfill({ json: { ...json, missing: 'elsewhere', receiver, spans: [] } });
    });
    await follow(opened, `/runs/${id}?tab=trace`);
    await opened.getByText('Traces go to otlp.example.com, so AIO cannot').waitFor();
    await opened.getByText('set JAEGER_QUERY_URL').waitFor();
  });

  await t.test('the page breaks no accessibility rule', async () => {
    await checkThemes(page);
  });
}
