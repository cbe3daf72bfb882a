import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { pluck } from '@aio/platform/testing/pluck';
import { drawnBars, expectedBars } from '../browser/measure-bars.ts';
import { untilCount } from '../browser/checks.ts';
import { checkPage, follow } from '../browser/check-pages.ts';
import {
  FAILING_WORKFLOW,
  liveWorkflow,
  PAID_WORKFLOW,
  PARENT_WORKFLOW,
  wideWorkflow,
} from '../browser/workflows.ts';
import { readRun, type Stand } from './stand.ts';

const WIDTH = 1000;

/** A run from its start form to its comparison with another, and runs that others start. */
export async function testRuns(t: TestContext, { site, browser }: Stand): Promise<void> {
  const { api, simulator } = site.system;
  await api.createWorkflow(liveWorkflow(simulator.url));
  await api.createWorkflow(wideWorkflow(WIDTH));
  for (const yaml of [FAILING_WORKFLOW, PAID_WORKFLOW, PARENT_WORKFLOW])
    await api.createWorkflow(yaml);
  const page = await browser.open(t, '/workflows/web-live');
  let runId = '';

  await t.test('the start form shows errors at their fields, then starts a run', async () => {
    await page.locator('[data-field=who] textarea').fill('x');
    await page.getByRole('button', { name: 'Start run' }).click();
    await page.locator('[data-field=workMs]').getByText('Work is required.').waitFor();
    await page.locator('[data-field=workMs] input').fill('9000');
    await page.getByRole('button', { name: 'Start run' }).click();
    await page.locator('[data-field=who] [id$=-error]').waitFor();
    await page.locator('[data-field=workMs] [id$=-error]').waitFor();
    assert.equal(new URL(page.url()).pathname, '/workflows/web-live');

    await page.locator('[data-field=who] textarea').fill('world');
    await page.locator('[data-field=workMs] input').fill('700');
    await page.getByRole('button', { name: 'Start run' }).click();
    await page.waitForURL('**/runs/*');
    runId = new URL(page.url()).pathname.split('/').at(-1)!;
    const input = { who: 'world', workMs: 700, names: ['ada', 'grace', 'mary'] };
    assert.deepEqual((await readRun(site, runId)).input, input);
  });

  await t.test('an example of the schema replaces the content of form and JSON', async () => {
    await follow(page, '/workflows/web-live');
    const who = page.locator('[data-field=who] textarea');
    const names = page.locator('[data-field=names] textarea');
    await who.fill('someone');
    await page.getByRole('button', { name: 'Example 1' }).click();
    assert.equal(await who.inputValue(), 'ada');
    assert.deepEqual(JSON.parse(await names.inputValue()), ['grace']);
    await page.getByRole('button', { name: 'JSON' }).click();
    await page.getByRole('button', { name: 'Example 2' }).click();
    const text = await page.getByLabel('Input', { exact: true }).inputValue();
    assert.deepEqual(JSON.parse(text), { who: 'mary', workMs: 800 });
    await page.getByRole('button', { name: 'Form' }).click();
    assert.equal(await who.inputValue(), 'mary');
  });

  await t.test('the page follows a run live, and an approver decides on it', async () => {
    await follow(page, `/runs/${runId}`);
    await page.evaluate(() => Object.assign(globalThis, { isSamePage: true }));
    const status = page.locator('header [data-status]');
    const card = page.getByRole('region', { name: 'Approval agree' });
    await card.getByText('Greet world?').waitFor();
    await card.getByLabel('Comment').fill('go on');
    await card.getByRole('button', { name: 'Approve' }).click();
    await page.locator('header [data-status=succeeded]').waitFor();
    assert.equal(await status.innerText(), 'Succeeded');
    await card.waitFor({ state: 'detached' });
    assert.ok(await page.evaluate(() => 'isSamePage' in globalThis), 'the page did not reload');

    const run = await readRun(site, runId);
    assert.equal(run.output, 'Hello, world');
    const decision = run.steps.find((step) => step.id === 'agree')?.output;
    const approved = { decision: 'approved', comment: 'go on', by: 'admin@example.com' };
    assert.deepEqual(decision, approved);
  });

  await t.test('the waterfall shows queue time and execution in proportion', async () => {
    // On a page this wide, the minimum width of a bar (two pixels) is less than the tolerance.
    const viewport = { width: 1920, height: 1080 };
    const size = page.viewportSize()!;
    await page.setViewportSize(viewport);
    await page.locator('[data-step=greet] [data-phase=execution]').waitFor();
    const run = await readRun(site, runId);
    for (const step of run.steps) {
      const drawn = await drawnBars(page, step.id);
      for (const { phase, attempt, left, width } of expectedBars(run, step)) {
        const name = `${step.id}, attempt ${attempt}, ${phase}`;
        const bar = drawn.find((each) => each.phase === phase && each.attempt === attempt);
        assert.ok(bar, `${name} is drawn`);
        assert.ok(Math.abs(bar.left - left) < 0.5, `${name} begins at ${bar.left}, not ${left} %`);
        assert.ok(
          Math.abs(bar.width - width) < 0.5,
          `${name} is ${bar.width}, not ${width} % long`,
        );
      }
    }
    const waits = run.steps.filter((step) => ['left', 'right'].includes(step.id));
    const longest = Math.max(...waits.map((step) => step.queueTimeMs ?? 0));
    assert.ok(longest >= 600, 'with one slot, one call queued while the other ran');
    await page.setViewportSize(size);
  });

  await t.test('keys select steps and open a map; the address has the step', async () => {
    await follow(page, `/runs/${runId}`);
    const tree = page.getByRole('tree', { name: 'Steps over time' });
    await tree.focus();
    await page.locator('[data-step=each]').click();
    await page.waitForURL('**?step=each');
    await tree.press('ArrowRight');
    await page.locator('[data-step="each[2]"]').waitFor();
    await tree.press('ArrowRight');
    await page.waitForURL('**?step=each&item=0');
    const details = page.getByRole('complementary', { name: 'Details' });
    const output = details.getByRole('region', { name: 'step output' });
    await output.getByText('Hello, ada').waitFor();
    await page.reload();
    await output.getByText('Hello, ada').waitFor();
  });

  await t.test('a run shows where its time went, and runs again with another input', async () => {
    await follow(page, `/runs/${runId}`);
    const time = page.getByRole('region', { name: 'Where the time went' });
    await time.getByText(/waiting for approval by admin@example\.com/).waitFor();
    await page.locator('[data-step=greet] [data-critical]').waitFor();

    await page.locator('[data-step=shaky]').click();
    await page.getByRole('button', { name: 'Run again from here' }).click();
    const form = page.getByRole('dialog', { name: 'Run again' });
    await form.getByText('Steps that do not depend on shaky keep their results.').waitFor();
    await form.getByRole('switch', { name: 'Use this output instead' }).click();
    const output = form.getByLabel('Output of shaky (JSON)');
    const hasOutput = async () => (await output.inputValue()).includes('"status": 200');
    await waitUntil(hasOutput, { what: 'the earlier output of the step' });
    await form.getByRole('switch', { name: 'Use this output instead' }).click();
    await form.getByLabel('Input (JSON)').fill('{"who": "y"');
    await form.getByText('Invalid JSON').waitFor();
    await form.getByLabel('Input (JSON)').fill('{"who": "y", "workMs": 50}');
    await form.getByRole('button', { name: 'Run again' }).click();
    await form.getByText('/input/who').waitFor();
    await form.getByLabel('Input (JSON)').fill('{"who": "everybody", "workMs": 50, "names": []}');
    await form.getByRole('button', { name: 'Run again' }).click();
    await page.getByText('Replay of an earlier run').waitFor();
    const repeated = new URL(page.url()).pathname.split('/').at(-1)!;
    assert.notEqual(repeated, runId);
    const card = page.getByRole('region', { name: 'Approval agree' });
    await card.getByText('Greet everybody?').waitFor();
    await card.getByRole('button', { name: 'Approve' }).click();
    await page.locator('header [data-status=succeeded]').waitFor();
    const { steps } = await readRun(site, repeated);
    const reused = steps.filter(({ resolution }) => resolution === 'reused');
    assert.deepEqual(pluck(reused, 'id'), ['left', 'right']);

    await page.getByRole('link', { name: 'Compare' }).click();
    await page.getByRole('button', { name: 'Show outputs: greet' }).click();
    await page.locator('[data-diff]').getByText('Hello, everybody').waitFor();
    await page.getByRole('button', { name: 'Inputs of runs A and B' }).click();
    await page.locator('[data-diff]').getByText('"everybody"').waitFor();
    await checkPage(page);
  });

  let failedId = '';

  await t.test('the page of a failed run starts with the error and the log', async () => {
    const { id } = await api.submitRun('web-failing', {});
    await follow(page, `/runs/${id}`);
    await page.locator('header [data-status=failed]').waitFor();
    const details = page.getByRole('complementary', { name: 'Details' });
    const panel = page.locator('[data-panel=step]');
    await panel.getByRole('group', { name: 'Step breaks failed' }).waitFor();
    const titles = await panel.getByRole('heading', { level: 3 }).allInnerTexts();
    assert.equal(titles[0]?.toLowerCase(), 'logs');
    await page.getByRole('treeitem', { name: 'after transform, cancelled' }).waitFor();
    await panel.getByRole('button', { name: 'Close' }).click();
    await details.getByRole('group', { name: 'The run failed at step breaks' }).waitFor();
    await details.getByRole('button', { name: 'Failed step: breaks' }).waitFor();
    failedId = id;
  });

  await t.test('a person who leaves before the failed run is there is not held back', async (t) => {
    const visitor = await browser.open(t, '/runs');
    const release = Promise.withResolvers<void>();
    await visitor.route(new RegExp(`/runs/${failedId}(\\?|$)`), async (request) => {
      await release.promise;
      await request.continue();
    });
    await follow(visitor, `/runs/${failedId}`);
    const arrive = await leaveSlowly(visitor, '/runs/compare');
    release.resolve();
    await visitor.getByRole('group', { name: 'Step breaks failed' }).waitFor();
    await arrive();
    await visitor.waitForURL('**/runs/compare');
  });

  await t.test('runs of two workflows compare in steps of the same name only', async () => {
    const { id } = await api.submitRun('web-parent', { order: 'o-8' });
    await follow(page, `/runs/compare?a=${failedId}&b=${id}`);
    const after = page.locator('[data-compared=after]');
    await after.getByText('Not reached').waitFor();
    await checkPage(page);
  });

  let parentId = '';

  await t.test('a run links to its child run; the page sends the awaited event', async () => {
    parentId = (await api.submitRun('web-parent', { order: 'o-7' })).id;
    await follow(page, `/runs/${parentId}?step=order`);
    const panel = page.locator('[data-panel=step]');
    await panel.getByText(/^Child run [0-9a-f]{8}/).waitFor();
    await panel.getByRole('link', { name: /Waiting/ }).click();
    await page.getByText('Started by step order of another run').waitFor();
    const card = page.getByRole('region', { name: 'Event for paid' });
    await card.getByText('o-7', { exact: true }).waitFor();
    await card.getByText('Send the event yourself').click();
    await card.getByLabel('Payload').fill('{"amount": 3}');
    await card.getByRole('button', { name: 'Send event' }).click();
    await page.locator('header [data-status=succeeded]').waitFor();
    await card.waitFor({ state: 'detached' });

    await page.getByText('Started by step order of another run').click();
    await page.waitForURL(`**/runs/${parentId}?step=order`);
    await panel.getByRole('link', { name: /Succeeded/ }).waitFor();
    for (const item of [0, 1]) {
      await follow(page, `/runs/${parentId}?step=each&item=${item}`);
      const itemCard = page.getByRole('region', { name: `Event for each[${item}]` });
      await itemCard.getByText('Send the event yourself').click();
      await itemCard.getByRole('button', { name: 'Send event' }).click();
      await itemCard.waitFor({ state: 'detached' });
    }
    await page.locator('header [data-status=succeeded]').waitFor();
    assert.equal((await readRun(site, parentId)).output, 3);

    await page.getByRole('link', { name: 'Child runs' }).click();
    await page.waitForURL(`**/runs?parent=${parentId}`);
    await untilCount(page.locator('tbody tr'), 1, 'the only child run');
    await page.locator('tbody').getByText('child').waitFor();
  });

  await t.test('with a thousand steps, the page draws only those in view', async () => {
    const { id } = await api.submitRun('web-wide', {});
    await api.waitForRun(id);
    await follow(page, `/runs/${id}`);
    const tree = page.getByRole('tree', { name: 'Steps over time' });
    await page.locator('[data-step=part_0]').waitFor();
    assert.ok((await page.locator('[role=treeitem]').count()) < 80);
    await tree.press('End');
    await page.locator(`[role=treeitem][aria-posinset="${WIDTH}"][aria-selected=true]`).waitFor();
  });
}

/** Goes to another page, whose code comes when somebody calls the result. */
async function leaveSlowly(page: Page, address: string): Promise<() => Promise<void>> {
  interface Ui {
    useNuxtApp(): {
      $router: { beforeResolve(guard: () => Promise<void>): void; push(to: string): Promise<void> };
    };
    arrive(): void;
  }
  await page.evaluate((to) => {
    const ui = globalThis as unknown as Ui;
    const { $router } = ui.useNuxtApp();
    const code = Promise.withResolvers<void>();
    ui.arrive = code.resolve;
    $router.beforeResolve(() => code.promise);
    void $router.push(to);
  }, address);
  return () => page.evaluate(() => (globalThis as unknown as Ui).arrive());
}
