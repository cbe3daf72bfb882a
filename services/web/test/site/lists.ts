import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { follow } from '../browser/check-pages.ts';
import { untilCount } from '../browser/checks.ts';
import { enter, press } from '../browser/keys.ts';
import { FAILING_WORKFLOW, PAID_WORKFLOW, PARENT_WORKFLOW } from '../browser/workflows.ts';
import type { Stand } from './stand.ts';

/** Lists of runs, events and secrets, and the shortcuts to them, in a system with almost no data. */
export async function testLists(t: TestContext, { site, browser }: Stand): Promise<void> {
  const { api } = site.system;
  for (const yaml of [FAILING_WORKFLOW, PAID_WORKFLOW, PARENT_WORKFLOW])
    await api.createWorkflow(yaml);
  await api.submitRun('web-failing', {});
  await api.submitRun('web-paid', { order: 'never' });
  const page = await browser.open(t, '/runs');

  await t.test('filters survive a reload, and new runs appear automatically', async () => {
    const failedOnly = page.getByRole('button', { name: 'Failed only' });
    await failedOnly.click();
    await page.waitForURL('**/runs?status=failed');
    await page.getByText('web-failing').waitFor();
    await page.reload();
    await page.getByText('web-failing').waitFor();
    assert.equal(await failedOnly.getAttribute('aria-pressed'), 'true');
    assert.equal(await page.getByText('web-paid').count(), 0);

    await enter(page, 'Find by id or label', 'web-failing');
    await page.getByText('Enter an id').waitFor();
    await enter(page, 'Find by id or label', 'ffffffff');
    await page.waitForURL('**/runs?q=ffffffff&status=failed');
    await page.getByText('No run matches these filters').waitFor();
    const { id } = (await api.get<{ items: [{ id: string }] }>('/runs?status=failed')).items[0];
    await enter(page, 'Find by id or label', id.slice(-8));
    await page.locator(`[data-run="${id}"]`).waitFor();
    await follow(page, '/runs?status=failed');

    await api.submitRun('web-failing', {});
    await untilCount(page.locator('tbody tr'), 2, 'the second failed run in the list');
  });

  await t.test('labels of rows and of the run page lead to the runs that have them', async () => {
    await api.submitRun('web-paid', { order: 'other' });
    await follow(page, '/runs');
    const label = page.locator('[data-label]', { hasText: 'order=never' });
    await label.click();
    await page.waitForURL('**/runs?label.order=never');
    await untilCount(page.locator('tbody tr'), 1, 'the run with the label');
    await page.getByRole('link', { name: 'web-paid' }).click();
    await page.waitForURL(/runs\/[0-9a-f-]+$/);
    await label.click();
    await page.waitForURL('**/runs?label.order=never');
    await page.getByRole('button', { name: 'Remove the filter: order=never' }).click();
    await page.waitForURL('**/runs');
    await enter(page, 'Find by id or label', 'order = other');
    await page.waitForURL('**/runs?label.order=other');
    await untilCount(page.locator('tbody tr'), 1, 'the run with the other label');
  });

  await t.test('a user selects many runs and retries them as a job', async () => {
    await follow(page, '/runs?status=failed');
    await page.locator('tbody tr').first().waitFor();
    const count = await page.locator('tbody tr').count();
    await page.getByRole('checkbox', { name: 'Select all runs on this page' }).check();
    await page.getByRole('button', { name: `Retry (${count})` }).click();
    await page.getByRole('status').getByText(`${count} of ${count} done`).waitFor();
    await follow(page, '/runs?workflow=web-failing');
    await untilCount(page.locator('tbody tr'), 2 * count, 'one new run for each retried run');
  });

  await t.test('shortcuts search, navigate and list all shortcuts', async () => {
    await follow(page, '/overview');
    await page.locator('h1').waitFor();
    await page.keyboard.press('Control+k');
    const palette = page.getByRole('dialog', { name: 'Go to' });
    const answer = page.waitForResponse((one) => one.url().includes('/workflows?q=web-parent'));
    await palette.getByPlaceholder('Search pages, workflows and runs').fill('web-parent');
    await answer;
    const found = palette.getByRole('option', { name: 'web-parent' });
    // Enter takes the highlighted one. Answers of the API take the highlight, and get it back a moment later.
    await waitUntil(
      async () => {
        if (page.url().endsWith('/workflows/web-parent')) return true;
        await found.and(page.locator('[data-highlighted]')).first().waitFor();
        await page.keyboard.press('Enter');
        return page.waitForURL('**/workflows/web-parent', { timeout: 2000 }).then(() => true);
      },
      { what: 'the page of the workflow' },
    );
    await palette.waitFor({ state: 'detached' });
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await press(page, 'Escape');
    await follow(page, '/runs');
    await page.locator('tbody tr').first().waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('x');
    const search = page.getByLabel('Find by id or label');
    assert.equal(await search.inputValue(), 'x');
    await search.fill('');
  });

  await t.test('a user sends an event, and the list shows its outcome', async () => {
    await site.post('/events', { name: 'order.paid', key: 'never', payload: { amount: 1 } });
    await follow(page, '/inbox/events');
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

  await t.test('a user sets, changes and deletes a secret; no page shows its value', async () => {
    await follow(page, '/settings/secrets');
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

  await t.test('injected markup neither runs nor styles a page', async () => {
    await follow(page, '/runs');
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
}
