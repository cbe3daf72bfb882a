import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { pluck } from '@aio/platform/testing/pluck';
import type { Run } from '../shared/api.ts';
import { allPages } from './browser/all-pages.ts';
import { drawnBars, expectedBars } from './browser/measure-bars.ts';
import { skipWithout } from './browser/programs.ts';
import { takeScreenshot } from './browser/take-screenshot.ts';
import { untilCount } from './browser/checks.ts';
import { checkPhone, checkThemes } from './browser/check-pages.ts';
import { enter, press } from './browser/keys.ts';
import { openBrowser } from './browser/open-browser.ts';
import { startSite } from './browser/start-site.ts';
import {
  FAILING_WORKFLOW,
  liveWorkflow,
  PAID_WORKFLOW,
  PARENT_WORKFLOW,
  UNSERVED_WORKFLOW,
  wideWorkflow,
} from './browser/workflows.ts';

const skip = skipWithout('chromium', 'webServer');

const WIDTH = 1000;

test('the web UI with the real API and worker', { skip }, async (t) => {
  const site = await startSite(t);
  const browser = await openBrowser(t, site);
  await browser.logIn('admin');
  const { api, simulator } = site.system;
  await api.createWorkflow(liveWorkflow(simulator.url));
  await api.createWorkflow(wideWorkflow(WIDTH));
  for (const yaml of [FAILING_WORKFLOW, PAID_WORKFLOW, PARENT_WORKFLOW, UNSERVED_WORKFLOW])
    await api.createWorkflow(yaml);
  const runOf = async (id: string): Promise<Run> => (await api.getRun(id)) as unknown as Run;
  let runId = '';
  let comparison = '';

  await t.test('the start form shows errors at their fields, then starts a run', async (t) => {
    const page = await browser.open(t, '/workflows/web-live');
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
    assert.deepEqual((await runOf(runId)).input, input);
  });

  await t.test('an example of the schema replaces the content of form and JSON', async (t) => {
    const page = await browser.open(t, '/workflows/web-live');
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

  await t.test('the page follows a run live, and an approver decides on it', async (t) => {
    const page = await browser.open(t, `/runs/${runId}`);
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

    const run = await runOf(runId);
    assert.equal(run.output, 'Hello, world');
    const decision = run.steps.find((step) => step.id === 'agree')?.output;
    const approved = { decision: 'approved', comment: 'go on', by: 'admin@example.com' };
    assert.deepEqual(decision, approved);
  });

  await t.test('the waterfall shows queue time and execution in proportion', async (t) => {
    // On a page this wide, the minimum width of a bar (two pixels) is less than the tolerance.
    const viewport = { width: 1920, height: 1080 };
    const page = await browser.open(t, `/runs/${runId}`, { viewport });
    await page.locator('[data-step=greet] [data-phase=execution]').waitFor();
    const run = await runOf(runId);
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
  });

  await t.test('keys select steps and open a map; the address has the step', async (t) => {
    const page = await browser.open(t, `/runs/${runId}`);
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

  await t.test('a run shows where its time went, and runs again with another input', async (t) => {
    const page = await browser.open(t, `/runs/${runId}`);
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
    const { steps } = await runOf(repeated);
    const reused = steps.filter(({ resolution }) => resolution === 'reused');
    assert.deepEqual(pluck(reused, 'id'), ['left', 'right']);

    await page.getByRole('link', { name: 'Compare' }).click();
    await page.getByText('Inputs differ').waitFor();
    await page.getByText('Same definition').waitFor();
    const row = page.locator('[data-compared=greet]');
    await row.getByRole('button', { name: 'show both outputs of greet' }).click();
    await page.getByText('Hello, everybody').waitFor();
    await page.locator('[data-compared=left]').getByText('Reused from A').waitFor();
    await page.getByRole('button', { name: 'Inputs differ' }).click();
    await page.locator('[data-diff]').nth(1).waitFor();
    await takeScreenshot(page, 'compared', 'light');
    comparison = new URL(page.url()).pathname + new URL(page.url()).search;
  });

  await t.test('the page of a failed run starts with the error and the log', async (t) => {
    const { id } = await api.submitRun('web-failing', {});
    const page = await browser.open(t, `/runs/${id}`);
    await page.locator('header [data-status=failed]').waitFor();
    const details = page.getByRole('complementary', { name: 'Details' });
    await details.getByRole('button', { name: 'Failed step: breaks' }).click();
    await page.waitForURL('**?step=breaks');
    const panel = page.locator('[data-panel=step]');
    await panel.getByRole('group', { name: 'The step failed' }).waitFor();
    const titles = await panel.getByRole('heading', { level: 3 }).allInnerTexts();
    assert.equal(titles[0]?.toLowerCase(), 'logs');
    await page.getByRole('treeitem', { name: 'after transform, cancelled' }).waitFor();
  });

  await t.test('filters survive a reload, and new runs appear automatically', async (t) => {
    const page = await browser.open(t, '/runs');
    const failedOnly = page.getByRole('button', { name: 'Failed only' });
    await failedOnly.click();
    await page.waitForURL('**/runs?status=failed');
    await page.getByText('web-failing').waitFor();
    await page.reload();
    await page.getByText('web-failing').waitFor();
    assert.equal(await failedOnly.getAttribute('aria-pressed'), 'true');
    assert.equal(await page.getByText('web-live').count(), 0);

    await enter(page, 'Search id, workflow, input, error', 'nothing-has-this');
    await page.getByText('No run matches these filters').waitFor();
    await enter(page, 'Search id, workflow, input, error', 'web-failing');
    await page.waitForURL('**/runs?q=web-failing&status=failed');
    await page.getByRole('link', { name: 'web-failing' }).waitFor();
    await page.goto('/runs?status=failed');

    await api.submitRun('web-failing', {});
    await untilCount(page.locator('tbody tr'), 2, 'the second failed run in the list');
  });

  await t.test('a user selects many runs and retries them as a job', async (t) => {
    const page = await browser.open(t, '/runs?status=failed');
    await page.locator('tbody tr').first().waitFor();
    const count = await page.locator('tbody tr').count();
    await page.getByRole('checkbox', { name: 'Select all runs on this page' }).check();
    await page.getByRole('button', { name: `Retry (${count})` }).click();
    await page.getByRole('status').getByText(`${count} of ${count} done`).waitFor();
    await page.goto('/runs?workflow=web-failing');
    await untilCount(page.locator('tbody tr'), 2 * count, 'one new run for each retried run');
  });

  await t.test('shortcuts search, navigate and list all shortcuts', async (t) => {
    const page = await browser.open(t, '/overview');
    await page.locator('h1').waitFor();
    await page.keyboard.press('Control+k');
    const palette = page.getByRole('dialog', { name: 'Go to' });
    await palette.getByPlaceholder('Search pages, workflows and runs').fill('web-parent');
    await palette.getByRole('option', { name: 'web-parent' }).first().waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/workflows/web-parent');
    await palette.waitFor({ state: 'detached' });
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).getByText('Next row').waitFor();
    await press(page, 'Escape', 'g', 'r');
    await page.waitForURL('**/runs');
    await page.locator('tbody tr').first().waitFor();
    await press(page, 'j', 'j');
    const second = await page.locator('tbody tr a[href]').nth(1).getAttribute('href');
    const focused = await page.evaluate<string>('document.activeElement.getAttribute("href")');
    assert.equal(focused, second);
    await page.keyboard.press('/');
    await page.keyboard.type('x');
    const search = page.getByLabel('Search id, workflow, input, error');
    assert.equal(await search.inputValue(), 'x');
  });

  let parentId = '';

  await t.test('a run links to its child run; the page sends the awaited event', async (t) => {
    parentId = (await api.submitRun('web-parent', { order: 'o-7' })).id;
    const page = await browser.open(t, `/runs/${parentId}?step=order`);
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
      await page.goto(`/runs/${parentId}?step=each&item=${item}`);
      const itemCard = page.getByRole('region', { name: `Event for each[${item}]` });
      await itemCard.getByText('Send the event yourself').click();
      await itemCard.getByRole('button', { name: 'Send event' }).click();
      await itemCard.waitFor({ state: 'detached' });
    }
    await page.locator('header [data-status=succeeded]').waitFor();
    assert.equal((await runOf(parentId)).output, 3);

    await page.getByRole('link', { name: 'Child runs' }).click();
    await page.waitForURL(`**/runs?parent=${parentId}`);
    await untilCount(page.locator('tbody tr'), 1, 'the only child run');
    await page.locator('tbody').getByText('child').waitFor();
  });

  await t.test('every page shows that no worker takes a step', async (t) => {
    const { id } = await api.submitRun('web-unserved', {});
    const page = await browser.open(t, `/runs/${id}?step=think`);
    const reason = 'No worker for llm';
    await page.locator('header').getByText(reason).waitFor();
    await page.locator('[data-panel=step]').getByText(reason).waitFor();
    await page.locator('[data-step=think]').getByText(reason, { exact: true }).waitFor();
    await page.getByRole('treeitem', { name: `think llm, ready, ${reason}` }).waitFor();
    await page.goto('/runs');
    await page.locator('tbody').getByText(reason).filter({ visible: true }).waitFor();
    await page.goto('/queues');
    await page.getByText('No worker for llm').waitFor();
    await page.locator('[data-lane=llm]').getByText('no worker').waitFor();
    await api.cancelRun(id);
  });

  await t.test('a user sends an event, and the list shows its outcome', async (t) => {
    const page = await browser.open(t, '/events');
    const form = page.getByRole('form', { name: 'Send an event' });
    await form.getByLabel('Name').fill('order paid');
    await form.getByLabel('Key').fill('o-1');
    await form.getByLabel('Payload').fill('{amount: 3}');
    await form.getByRole('button', { name: 'Send event' }).click();
    await form.getByText('Invalid JSON').waitFor();
    await form.getByLabel('Payload').fill('{"amount": 3}');
    await form.getByRole('button', { name: 'Send event' }).click();
    await form.getByText('The event was not accepted').waitFor();
    await form.getByLabel('Name').fill('order.paid');
    await form.getByRole('button', { name: 'Send event' }).click();
    await form.getByText('No step waits for it yet').waitFor();
    await page.locator('tbody [data-status=kept]').waitFor();
    const rows = page.locator('tbody');
    await rows.getByText(/^paid of …/).waitFor();
  });

  await t.test('a user sets, changes and deletes a secret; no page shows its value', async (t) => {
    const page = await browser.open(t, '/secrets');
    await page.getByText('No secrets').waitFor();
    const form = page.getByRole('form', { name: 'Set a secret' });
    const [name, value] = [form.getByLabel('Name'), form.getByLabel('Value')];
    const submit = () => form.getByRole('button', { name: 'Set secret' }).click();
    await name.fill('pager-token');
    await value.fill('canary-1');
    await submit();
    await form.getByText('The secret was not accepted').waitFor();
    await form.getByText('/path/name').waitFor();
    assert.equal(await value.inputValue(), 'canary-1', 'the form keeps the value');
    await name.fill('pager_token');
    await submit();
    await form.getByText('pager_token is set.').waitFor();
    assert.deepEqual([await name.inputValue(), await value.inputValue()], ['', '']);

    const row = page.locator('[data-secret=pager_token]');
    await row.getByText('${{ secrets.pager_token }}').waitFor();
    await row.getByText('by admin@example.com').waitFor();
    await name.fill('pager_token');
    await value.fill('canary-2');
    await submit();
    await form.getByText('pager_token has a new value.').waitFor();
    await page.reload();
    await row.waitFor();
    assert.doesNotMatch(await page.content(), /canary/);

    await row.getByRole('button', { name: 'Delete pager_token' }).click();
    await page.getByRole('button', { name: 'Keep it' }).click();
    await row.getByRole('button', { name: 'Delete pager_token' }).click();
    await page.getByRole('button', { name: 'Delete the secret' }).click();
    await page.getByText('No secrets').waitFor();
  });

  await t.test('a user pauses and resumes a lane', async (t) => {
    const page = await browser.open(t, '/queues');
    const lane = page.locator('[data-lane=default]');
    await lane.getByRole('button', { name: 'Pause default' }).click();
    const question = page.getByRole('dialog', { name: 'Pause default?' });
    await question.getByRole('button', { name: 'Cancel' }).click();
    await lane.getByRole('button', { name: 'Pause default' }).click();
    await question.getByRole('button', { name: 'Pause the lane' }).click();
    await lane.getByText('Paused').waitFor();
    await lane.getByRole('button', { name: 'Resume default' }).click();
    await lane.getByRole('button', { name: 'Pause default' }).waitFor();
  });

  await t.test('with a thousand steps, the page draws only those in view', async (t) => {
    const { id } = await api.submitRun('web-wide', {});
    await api.waitForRun(id);
    const page = await browser.open(t, `/runs/${id}`);
    const tree = page.getByRole('tree', { name: 'Steps over time' });
    await page.locator('[data-step=part_0]').waitFor();
    assert.ok((await page.locator('[role=treeitem]').count()) < 80);
    await tree.press('End');
    await page.locator(`[role=treeitem][aria-posinset="${WIDTH}"][aria-selected=true]`).waitFor();
  });

  await t.test('pages show that the API is down, and recover automatically', async (t) => {
    const page = await browser.open(t, '/runs');
    await page.getByText('web-failing').first().waitFor();
    t.after(() => site.apiPath.set('open'));
    await site.apiPath.set('refused');
    await page.getByText('The API does not answer').waitFor();
    assert.ok(await page.getByText('web-failing').first().isVisible(), 'loaded rows stay');
    await site.apiPath.set('open');
    await page.getByText('The API does not answer').waitFor({ state: 'detached' });
    await page.getByRole('status').getByText('Live').waitFor();
  });

  await t.test('injected markup neither runs nor styles a page', async (t) => {
    const page = await browser.open(t, '/runs');
    await page.locator('h1').waitFor();
    const before = browser.policyViolations.length;
    await page.evaluate(`
      const place = document.createElement('div');
      place.innerHTML =
        '<style>h1 { color: rgb(1, 2, 3) !important }</style><img src="/nope" onerror="ran = 1">';
      const script = document.createElement('script');
      script.textContent = 'ran = 2';
      document.body.append(place, script);
    `);
    const areReported = () => browser.policyViolations.length >= before + 3;
    await waitUntil(areReported, { what: 'violations for style, handler and script' });
    const color = 'getComputedStyle(document.querySelector("h1")).color';
    assert.equal(await page.evaluate('typeof ran'), 'undefined');
    assert.notEqual(await page.evaluate(color), 'rgb(1, 2, 3)');
    browser.policyViolations.splice(before);
  });

  await api.putSecret('seen_by_axe', 'canary-3');
  // The accessibility and phone checks need runs that wait.
  const { id: paid } = await api.submitRun('web-paid', { order: 'never' });
  const { id: unserved } = await api.submitRun('web-unserved', {});
  const pages = [
    ...allPages({ runId, workflow: 'web-live' }),
    `/runs/${runId}?step=shaky`,
    `/runs/${runId}?tab=graph&step=shaky`,
    comparison,
    `/runs/${paid}?step=paid`,
    `/runs/${unserved}?step=think`,
  ];

  await checkThemes(t, browser, pages);
  await checkPhone(t, browser, pages);

  await t.test('pages stay on the site, throw nothing and break no policy', browser.assertClean);
});
