import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { checkAccessibility } from '../browser/check-accessibility.ts';
import { checkPage, checkPages, follow } from '../browser/check-pages.ts';
import { untilCount } from '../browser/checks.ts';
import { press, tabTo } from '../browser/keys.ts';
import { PEOPLE } from '../browser/people.ts';
import { postAsPage } from '../browser/post-as-page.ts';
import type { Stand } from './stand.ts';

const ADMIN = PEOPLE.admin.username;
const REASON = 'The vendor is down.';

/**
 * The step `slow` takes longest, also where the first call of a new process takes a second; `check` fails if the input has
 * `isWrong`.
 */
const figures = (simulator: string) => `
name: web-figures
description: Asks a service twice, then checks what it answered
input: { type: object, properties: { isWrong: { type: boolean, title: Fail } } }
steps:
  call: { type: http, with: { url: "${simulator}/work?ms=20" } }
  slow: { type: http, needs: [call], with: { url: "${simulator}/work?ms=2000" } }
  each:
    type: map
    needs: [slow]
    over: [1, 2]
    step: { type: transform, with: { value: "\${{ item }}" } }
  check: { type: transform, needs: [each], with: { value: "\${{ input.isWrong ? input.nothing.here : 1 }}" } }
`;
const plain = (name: string) => `
name: ${name}
steps:
  only: { type: transform, with: { value: 1 } }
`;

/** The list of workflows, and the page of one. */
export async function testWorkflows(
  t: TestContext,
  { site, browser, builder }: Stand,
): Promise<void> {
  const { api, simulator } = site.system;
  await api.createWorkflow(figures(simulator.url));
  await api.createWorkflow(plain('web-never-run'));
  for (const isWrong of [false, false, false, true]) {
    const { id } = await api.submitRun('web-figures', { isWrong });
    await api.waitForRun(id);
  }
  const page = await browser.open(t, '/workflows');
  const row = (name: string) => page.locator(`[data-workflow="${name}"]`);

  await t.test('the list shows the outcomes of the last runs, and filters by name', async () => {
    const listed = row('web-figures');
    await listed.getByRole('link', { name: 'Failed: last run of web-figures' }).waitFor();
    await listed.getByText('75%').waitFor();
    await listed.getByTitle('3 of 4 finished runs succeeded').waitFor();
    await listed.getByText(/^\d.* m?s$/).waitFor();
    await listed.getByRole('link', { name: /Runs of web-figures per day, .*: 4/ }).waitFor();
    await row('web-never-run').getByText('Never run').waitFor();

    await page.getByLabel('Filter by name').fill('FIGURES');
    await row('web-never-run').waitFor({ state: 'detached' });
    await listed.waitFor();
    await page.reload();
    await listed.waitFor();
    assert.equal(await row('web-never-run').count(), 0, 'the address has the filter');
    await page.getByLabel('Filter by name').fill('no such name');
    await page.getByText('No workflow with this name').waitFor();
    await page.getByLabel('Filter by name').fill('');
    await listed.getByRole('link', { name: 'Failed: last run of web-figures' }).click();
    await page.locator('header [data-status=failed]').waitFor();
  });

  await t.test('the figures show the slowest and the failing step, and link to them', async () => {
    await follow(page, '/workflows/web-figures');
    await page.getByRole('tab', { name: 'Figures' }).click();
    await page.getByText('Figures of the last 4 finished runs.').waitFor();
    await page.locator('[data-figure=Success]').getByText('75%').waitFor();
    const days = page.getByRole('list', { name: 'Runs per day, last 14 days' });
    assert.equal(await days.getByRole('listitem').count(), 14);
    await page.locator('[data-step=slow]').getByText('Slowest').waitFor();
    await page.locator('[data-step=check]').getByText('Fails most').waitFor();
    await page.locator('[data-step="each[]"]').getByText('items of the map').waitFor();
    await page.locator('[data-step=slow]').getByRole('link', { name: 'slow' }).click();
    await page.locator('[data-node=slow][data-selected]').waitFor();
    await page.getByRole('heading', { name: 'slow' }).waitFor();
    await page.goBack();
    await page.locator('[data-step=slow]').waitFor();
  });

  await t.test(
    'a grid has the steps of the last runs, for mouse and keys, and follows',
    async () => {
      await follow(page, '/workflows/web-figures?tab=runs');
      const grid = page.getByRole('grid');
      const runs = grid.getByRole('columnheader').getByRole('link');
      await untilCount(runs, 4, 'a column for each run');
      assert.equal(
        await grid.locator('[data-shade]').count(),
        0,
        'four runs are too few to compare',
      );
      const { id } = await api.submitRun('web-figures', { isWrong: true });
      await untilCount(runs, 5, 'the new run');
      const latest = runs.last();
      await grid
        .locator('[data-step=check] [role=gridcell]')
        .last()
        .getByText('check, Failed')
        .waitFor();
      await untilCount(grid.locator('[data-step=call] [data-shade]'), 5, 'shades of five runs');
      assert.match((await latest.getAttribute('href'))!, new RegExp(id));
      await checkPage(page);

      await tabTo(page, '[role=grid]');
      await press(page, 'ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Enter');
      await page.waitForURL(`**/runs/${id}?step=check`);
      await page.locator('[data-panel=step]').getByRole('heading', { name: 'check' }).waitFor();
      await page.goBack();
      await grid.locator('[data-step=slow] [role=gridcell] a').first().click();
      await page.waitForURL('**?step=slow');
    },
  );

  await t.test('the start form has the graph next to it, with its steps selectable', async () => {
    await follow(page, '/workflows/web-figures');
    await page.getByRole('button', { name: 'Start run' }).waitFor();
    await page.locator('[data-node=check]').click();
    await page.locator('[data-node=check][data-selected]').waitFor();
  });

  await t.test('runs of a paused workflow wait, and show who paused it and why', async () => {
    await follow(page, '/workflows/web-figures');
    await page.getByRole('button', { name: 'Pause' }).click();
    const dialog = page.getByRole('dialog', { name: 'Pause web-figures?' });
    await dialog.getByLabel('Reason').fill(REASON);
    assert.deepEqual(await checkAccessibility(page), []);
    await dialog.getByRole('button', { name: 'Pause the workflow' }).click();
    const notice = page.locator('[data-paused]');
    await notice.getByText(`Paused by ${ADMIN}`).waitFor();
    await notice.getByText(REASON).waitFor();

    await page.getByRole('button', { name: 'Start run' }).click();
    await page.waitForURL('**/runs/*');
    const blocked = page.locator('header [data-blocked]');
    await blocked.getByText(`Workflow paused by ${ADMIN}`).waitFor();
    await blocked.getByText(REASON).waitFor();
    await page.locator('header dt').getByText('Waiting for').waitFor();
    const runPage = page.url();
    await follow(page, '/workflows');
    await row('web-figures').getByText('Paused').waitFor();
    await follow(page, runPage);

    await blocked.getByRole('link', { name: 'See the workflow' }).click();
    await page.getByRole('button', { name: 'Resume' }).click();
    await notice.waitFor({ state: 'detached' });
    await follow(page, runPage);
    await page.locator('header [data-status=succeeded]').waitFor();
  });

  await t.test('a builder sees that their workflow is paused, and no pause button', async (t) => {
    const builders = await browser.open(t, '/workflows', { storageState: builder });
    await builders.getByText('No workflows yet').waitFor();
    await postAsPage(builders, '/workflows', JSON.stringify({ name: 'web-own', steps: STEPS }));
    await follow(page, '/workflows/web-own');
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Pause the workflow' }).click();
    await page.locator('[data-paused]').waitFor();
    await follow(builders, '/workflows/web-own');
    await builders.locator('[data-paused]').getByText(`Paused by ${ADMIN}`).waitFor();
    await builders.getByRole('link', { name: 'New version' }).waitFor();
    for (const name of ['Pause', 'Resume'])
      assert.equal(await builders.getByRole('button', { name, exact: true }).count(), 0, name);
  });

  await t.test('a workflow with one version has no comparison', async () => {
    await follow(page, '/workflows/web-never-run?tab=versions');
    await page.getByText('This workflow has only one version.').waitFor();
    assert.equal(await page.getByText('Compare two versions').count(), 0);
  });

  const paths = [
    '/workflows',
    '/workflows/web-own',
    '/workflows/web-figures?tab=figures',
    '/workflows/web-figures?tab=graph',
  ];
  await t.test('every tab', (t) => checkPages(t, browser, paths));
}

const STEPS = { only: { type: 'transform', with: { value: 1 } } };
