import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { waitUntil } from '@aio/platform/testing/wait-until';
import type { Locator } from 'playwright-core';
import { drawnBars } from '../browser/measure-bars.ts';
import { checkThemes } from '../browser/check-pages.ts';
import { untilCount } from '../browser/checks.ts';
import type { Stand } from './stand.ts';

const FIRST_TOKEN_MS = 120;
/** More steps than the window shows. */
const PARTS = 60;

const CHILD = (simulator: string) => `
name: web-packing
steps:
  weigh: { type: http, with: { url: "${simulator}/work?ms=60" } }
  label: { type: workflow, needs: [weigh], with: { workflow: web-label, input: {} } }
`;
const GRANDCHILD = `
name: web-label
steps:
  print: { type: transform, with: { value: 1 } }
`;
/** Executes for less than a second, and waits longer than the minimum of a fold. */
const WORKFLOW = (simulator: string) => `
name: web-order
steps:
  fetch: { type: http, with: { url: "${simulator}/work?ms=120" } }
  cool_off: { type: delay, needs: [fetch], with: { duration: 12s } }
  think:
    type: llm
    needs: [cool_off]
    with: { model: openai/gpt-6-luna, prompt: Which box fits? }
  pack: { type: workflow, needs: [think], with: { workflow: web-packing, input: {} } }
  each:
    type: map
    needs: [pack]
    over: ["a", "b"]
    step: { type: transform, with: { value: "\${{ item }}" } }
  ship: { type: transform, needs: [each], with: { value: "\${{ input.nothing.here }}" } }
  thank: { type: transform, needs: [ship], with: { value: 1 } }
`;
/** Many steps, then one that runs until the simulator releases it. */
const LONG_WORKFLOW = (simulator: string) => {
  const ids = Array.from({ length: PARTS }, (_, index) => `part_${index}`);
  const parts = ids.map((id) => [id, { type: 'transform', with: { value: 1 } }]);
  const last = { type: 'http', needs: ids, with: { url: `${simulator}/work?hold=follow` } };
  return JSON.stringify({ name: 'web-long', steps: { ...Object.fromEntries(parts), last } });
};

/** The timeline of a run. */
export async function testTimeline(t: TestContext, { site, browser }: Stand): Promise<void> {
  const { api, simulator } = site.system;
  await simulator.turn({ firstTokenMs: FIRST_TOKEN_MS, tokenMs: 8, outputTokens: 20 });
  for (const make of [() => GRANDCHILD, CHILD, WORKFLOW, LONG_WORKFLOW])
    await api.createWorkflow(make(simulator.url));
  const { id } = await api.submitRun('web-order', {});
  await api.waitForRun(id);

  const path = `/runs/${id}`;
  const page = await browser.open(t, path, { viewport: { width: 1440, height: 1000 } });
  const timeline = page.getByRole('region', { name: 'Timeline' });
  const line = (key: string) => timeline.locator(`[data-step="${key}"]`);
  const attributesOf = (items: Locator, name: string) =>
    items.evaluateAll((all, attribute) => all.map((one) => one.getAttribute(attribute)), name);
  const keys = () => attributesOf(timeline.getByRole('treeitem'), 'data-step');
  const shows = (wanted: string[]) =>
    waitUntil(async () => (await keys()).join() === wanted.join(), {
      what: `lines ${wanted.join()}`,
    });
  await line('think').waitFor();

  await t.test('the timeline hides long waits on demand', async () => {
    const widthOf = async (step: string, phase: string) =>
      (await drawnBars(page, step)).find((bar) => bar.phase === phase)!.width;
    const before = await widthOf('think', 'execution');
    assert.ok((await widthOf('cool_off', 'wait')) > 80, 'the delay is most of the run');
    await timeline.getByRole('switch', { name: 'Hide waits longer than 10 s' }).click();
    const isHidden = async () => (await widthOf('think', 'execution')) > 3 * before;
    await waitUntil(isHidden, { what: 'a wider bar of the model' });
    assert.ok((await widthOf('cool_off', 'wait')) < 15);
  });

  await t.test('the header counts steps by outcome', async () => {
    const steps = page.locator('header dd').getByText('5 of 7 succeeded, 1 failed, 1 not reached');
    await steps.waitFor();
    await page.locator('header').getByRole('button', { name: 'Copy run id' }).waitFor();
  });

  await t.test('the bar of a model call has a mark at the first token', async () => {
    const division = line('think').locator('[data-phase=execution] [data-first-token]');
    assert.match((await division.getAttribute('title'))!, /^first token after \d+ ms$/);
    const { width: before } = (await division.boundingBox())!;
    const { width: whole } = (await line('think').locator('[data-phase=execution]').boundingBox())!;
    assert.ok(before > 2 && before < whole - 2, `${before} of ${whole} pixels`);
    const legend = timeline.getByRole('list', { name: 'Legend' });
    await legend.getByText('Before the first token').waitFor();
  });

  await t.test('the legend has only the marks in the timeline', async () => {
    const marks = await attributesOf(timeline.locator('[data-mark]'), 'data-mark');
    for (const mark of ['succeeded', 'failed', 'wait', 'firstToken'])
      assert.ok(marks.includes(mark), mark);
    for (const mark of ['running', 'backoff', 'cancelled']) assert.ok(!marks.includes(mark), mark);
  });

  await t.test('a user filters lines by text and state; the address has the filter', async () => {
    await page.keyboard.press('/');
    const search = timeline.getByRole('searchbox', { name: 'Filter by step or kind' });
    const hasFocus = () => search.evaluate((input) => input.matches(':focus'));
    await waitUntil(hasFocus, { what: 'the filter to have the focus' });
    await page.keyboard.type('HTTP');
    await shows(['fetch']);
    await page.waitForURL((url) => url.searchParams.get('find') === 'HTTP');
    await search.fill('nothing like this');
    await timeline.getByText('No step matches this filter.').waitFor();
    await timeline.getByRole('button', { name: 'Clear the filter' }).click();
    await page.waitForURL((url) => !url.searchParams.has('find'));

    await timeline.getByRole('button', { name: 'Failed 1' }).click();
    await shows(['ship']);
    await timeline.getByText('1 of 7 steps').waitFor();
    await page.waitForURL((url) => url.searchParams.get('state') === 'failed');
    await line('ship').click();
    await page.waitForURL((url) => url.searchParams.get('step') === 'ship');
    await page.reload();
    await shows(['ship']);
    await timeline.getByRole('button', { name: 'All 7' }).click();
    await line('fetch').waitFor();
    await page.waitForURL('**?step=ship');
  });

  await t.test('the line of an item says what the item is', async () => {
    await line('each').locator('[data-toggle]').click();
    await line('each[1]').locator('[data-content]').getByText('b', { exact: true }).waitFor();
    await line('each').locator('[data-toggle]').click();
  });

  await t.test(
    'with room, the graph is beside the timeline until a person closes it',
    async (t) => {
      const viewport = { width: 1800, height: 1000 };
      const wide = await browser.open(t, `${path}?step=think`, { viewport });
      await wide.locator('[data-node=think][data-selected]').waitFor();
      await wide.locator('[data-step=fetch]').click();
      await wide.locator('[data-node=fetch][data-selected]').waitFor();
      await checkThemes(wide);
      await wide.getByRole('button', { name: 'Hide the graph' }).click();
      await wide.locator('[data-node=fetch]').waitFor({ state: 'detached' });
      await wide.reload();
      await wide.getByRole('button', { name: 'Show the graph' }).waitFor();
    },
  );

  await t.test('child runs unfold to their steps on all levels', async () => {
    await line('pack').locator('[data-toggle]').click();
    await line('pack/weigh').locator('[data-phase=execution]').waitFor();
    await line('pack/label').locator('[data-toggle]').click();
    await line('pack/label/print').waitFor();
    assert.equal(await line('pack/label/print').getAttribute('aria-level'), '3');
    const parent = (await drawnBars(page, 'pack')).find(({ phase }) => phase === 'wait');
    for (const bar of await drawnBars(page, 'pack/weigh')) {
      const isWithin =
        bar.left > parent!.left - 0.5 && bar.left + bar.width < parent!.left + parent!.width + 0.5;
      assert.ok(isWithin, 'steps of the child run are within the wait of the parent step');
    }
    await checkThemes(page);
    const tree = timeline.getByRole('tree', { name: 'Steps over time' });
    await line('pack').click();
    await tree.press('ArrowLeft');
    await line('pack/weigh').waitFor({ state: 'detached' });
    await tree.press('ArrowRight');
    await line('pack/weigh').getByRole('link', { name: 'weigh' }).click();
    await page.waitForURL(/\/runs\/[0-9a-f-]+\?step=weigh$/);
    await page.getByRole('heading', { name: 'weigh' }).waitFor();
  });

  await t.test('the timeline follows the running step until the user scrolls up', async (t) => {
    const long = await api.submitRun('web-long', {});
    const viewport = { width: 1280, height: 800 };
    const live = await browser.open(t, `/runs/${long.id}`, { viewport });
    const last = live.locator('[data-step=last]');
    const follow = live.getByRole('button', { name: 'Follow' });
    await last.waitFor();
    assert.ok(await last.isVisible());
    assert.equal(await follow.getAttribute('aria-pressed'), 'true');
    const tree = live.getByRole('tree', { name: 'Steps over time' });
    await tree.hover();
    await live.mouse.wheel(0, -5000);
    await live.locator('[data-step=part_0]').waitFor();
    const pressed = () => follow.getAttribute('aria-pressed');
    await waitUntil(async () => (await pressed()) === 'false', {
      what: 'the timeline stops following',
    });
    await live.getByRole('button', { name: 'Running now 1' }).click();
    await untilCount(tree.getByRole('treeitem'), 1, 'the only running line');
    await live.getByRole('button', { name: `All ${PARTS + 1}` }).click();
    await live.locator('[data-step=part_0]').waitFor();
    await follow.click();
    await last.waitFor();
    await simulator.release('follow');
    await live.locator('header [data-status=succeeded]').waitFor();
    await follow.waitFor({ state: 'detached' });
  });
}
