import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { CHAIN } from '../../../api/testing/definitions.ts';
import { checkPage, checkWidth, follow } from '../browser/check-pages.ts';
import { enter } from '../browser/keys.ts';
import { postAsPage } from '../browser/post-as-page.ts';
import type { PagesStand } from './stand.ts';

const MANY_CHILDREN = 5;
const QUICK_MS = 120;
const SLOW_MS = 5000;

/** The list of runs. */
export async function testRunsList(
  t: TestContext,
  { pages, browser, builder }: PagesStand,
): Promise<void> {
  const { api, machine } = pages;

  async function submit(workflow: string, parent: string | null = null): Promise<string> {
    const path = `/workflows/${workflow}/runs`;
    const { id = '' } = await machine('POST', path, { input: { n: 1 } });
    if (parent)
      await api.query(
        `update runs set parent_run_id = $2, parent_step = 'first', parent_iteration = -1 where id = $1`,
        [id, parent],
      );
    return id;
  }
  async function end(id: string, status: string, ms: number, costUsd = 0): Promise<string> {
    await api.query(
      `update runs set status = $2, started_at = created_at, cost = $4,
         finished_at = created_at + $3::float8 * interval '1 millisecond',
         error = case when $2 = 'failed' then '{"code":"step_failed","message":"The disk is full"}'::json end
       where id = $1`,
      [id, status, ms, costUsd],
    );
    return id;
  }
  for (const name of ['chain', 'child', 'parent', 'crowd'])
    await machine('POST', '/workflows', { ...CHAIN, name });
  for (let nth = 0; nth < 8; nth++) await end(await submit('chain'), 'succeeded', QUICK_MS);
  const slow = await end(await submit('chain'), 'succeeded', SLOW_MS, 0.25);
  const failed = await end(await submit('chain'), 'failed', QUICK_MS, 0.002);
  const parent = await submit('parent');
  for (let nth = 0; nth < 3; nth++) await end(await submit('child', parent), 'succeeded', QUICK_MS);
  await end(parent, 'succeeded', 2 * QUICK_MS);
  const crowd = await end(await submit('crowd'), 'failed', SLOW_MS);
  for (let nth = 0; nth < MANY_CHILDREN; nth++)
    await end(await submit('child', crowd), 'succeeded', QUICK_MS);
  const TOP_LEVEL = 12;

  const page = await browser.open(t, '/runs');
  const rowOf = (id: string) => page.locator(`[data-run="${id}"]`);
  const rowsAre = (count: number, what: string) =>
    waitUntil(async () => (await page.locator('tr[data-run]').count()) === count, { what });

  await t.test('durations are compared with the P95 of the workflow, in words too', async () => {
    await rowOf(slow).locator('[data-slower]').waitFor();
    await rowOf(slow).getByText('slower than 95% of the last runs').waitFor();
    assert.equal(await rowOf(failed).locator('[data-slower]').count(), 0);

    const running = await submit('chain');
    await api.query(
      `update runs set status = 'waiting', created_at = created_at - interval '1 hour' where id = $1`,
      [running],
    );
    await page.reload();
    await rowOf(running).waitFor();
    assert.equal(await rowOf(running).locator('[data-slower]').count(), 0, 'it waits');
    await end(running, 'cancelled', QUICK_MS);
    await api.query('delete from runs where id = $1', [running]);
  });

  await t.test('owner, cost and duration filter the list, and appear as chips', async (t) => {
    await follow(page, '/runs?owner=builder%40example.com');
    await page.getByText('No run matches these filters').waitFor();
    const asBuilder = await browser.open(t, '/runs', { storageState: builder });
    const post = (path: string, body: object) => postAsPage(asBuilder, path, JSON.stringify(body));
    await post('/workflows', { ...CHAIN, name: 'of-builder' });
    await post('/workflows/of-builder/runs', { input: { n: 7 } });
    await rowsAre(1, 'the run of the builder appears automatically');
    await page.getByRole('button', { name: 'Remove the filter: Started by builder' }).click();
    await page.waitForURL('**/runs');
    await rowsAre(TOP_LEVEL + 1, 'the runs of all owners are back');

    await enter(page, 'Took at least', 'soon');
    await page.getByText('Enter a duration').waitFor();
    await enter(page, 'Took at least', '3 s');
    await page.waitForURL('**/runs?minDurationMs=3000');
    await rowsAre(2, 'those that took 3 s');
    await enter(page, 'Cost at least', '0.2');
    await page.waitForURL('**/runs?minDurationMs=3000&minCostUsd=0.2');
    await rowsAre(1, 'the one that cost $0.2');
    await rowOf(slow).waitFor();
    await page.getByText('Took 3 s or more').waitFor();
    await page.reload();
    await page.getByText('Cost $0.20 or more').waitFor();
    assert.equal(await page.getByLabel('Took at least').inputValue(), '3 s');
    await rowsAre(1, 'the address keeps them');
  });

  await t.test('a view is a link to its filters', async () => {
    await follow(page, '/runs');
    const views = page.getByRole('navigation', { name: 'Views' });
    await views.getByRole('link', { name: 'Failed today' }).click();
    await page.waitForURL('**/runs?status=failed&from=*');
    await rowOf(failed).waitFor();
  });

  await t.test('the list leaves out child runs, unless a user asks for them', async () => {
    await follow(page, '/runs');
    await rowsAre(TOP_LEVEL + 1, 'runs that no other started');
    await page.getByRole('switch', { name: 'List child runs, too' }).click();
    await page.waitForURL('**/runs?flat=1');
    await rowsAre(TOP_LEVEL + 1 + 3 + MANY_CHILDREN, 'all runs');
    await follow(page, `/runs?parent=${crowd}`);
    await rowsAre(MANY_CHILDREN, 'those of one run');
    await follow(page, '/runs?workflow=child');
    await rowsAre(3 + MANY_CHILDREN, 'a workflow finds children, too');
  });

  await t.test('rows stay in place while the user selects', async () => {
    await follow(page, '/runs');
    await rowOf(slow).getByRole('checkbox').check();
    const bar = page.getByRole('region', { name: 'Selected runs' });
    for (const [name, why] of [
      ['Cancel (0)', 'All selected runs have ended.'],
      ['Retry (0)', 'None of the selected runs failed or was cancelled.'],
    ] as const) {
      const button = bar.getByRole('button', { name });
      assert.ok(await button.isDisabled());
      assert.equal(await button.getAttribute('title'), why);
    }
    assert.equal(await bar.getByRole('link', { name: 'Compare' }).count(), 0);
    await rowOf(failed).getByRole('checkbox').check();
    await bar.getByRole('link', { name: 'Compare' }).waitFor();
    assert.equal(await bar.getByRole('button', { name: 'Retry (1)' }).isDisabled(), false);
    await page.evaluate('window.scrollTo(0, document.documentElement.scrollHeight)');
    const last = (await page.locator('tr[data-run]').last().boundingBox())!;
    assert.ok(last.y + last.height <= (await bar.boundingBox())!.y, 'the bar covers no row');
    await page.evaluate('window.scrollTo(0, 0)');
    await rowOf(failed).getByRole('checkbox').uncheck();
    const top = async (): Promise<number> => (await rowOf(slow).boundingBox())!.y;
    const before = await top();
    await submit('chain');
    assert.equal(await top(), before);
    await rowsAre(TOP_LEVEL + 1, 'the same rows');
    await page.getByRole('button', { name: 'Clear the selection' }).click();
    await rowsAre(TOP_LEVEL + 2, 'the new run appears');
    await rowOf(slow).getByRole('checkbox').check();
    await rowOf(failed).getByRole('checkbox').check();
    await bar.getByRole('button', { name: 'Retry (1)' }).click();
    await bar.getByText('1 of 1 done').waitFor();
    await rowsAre(TOP_LEVEL + 3, 'and its retry');
  });

  await t.test('the list in all its parts is accessible and fits a phone', async () => {
    await follow(page, '/runs?minDurationMs=100');
    await rowOf(slow).getByRole('checkbox').check();
    await checkPage(page);
    await follow(page, '/runs?minDurationMs=100&owner=nobody');
    await page.getByText('No run matches these filters').waitFor();
    await checkWidth(page);
  });
}
