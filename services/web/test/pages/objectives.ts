import { SLO_KEYS } from '@aio/catalog/objectives/slos';
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { checkPage, follow } from '../browser/check-pages.ts';
import type { PagesStand } from './stand.ts';

/** A month against the objectives. */
export async function testObjectives(t: TestContext, { browser, days }: PagesStand): Promise<void> {
  if (days === undefined) return t.skip('needs Prometheus');
  const [bad, good] = days;
  const month = bad.day.slice(0, 7);
  const page = await browser.open(t, '/overview');
  const dayOf = ({ day }: { day: string }) => `${Number(day.slice(8))} `;

  await t.test('a month has the result, the used budget and each day', async () => {
    await follow(page, `/health/objectives?month=${month}`);
    const card = page.locator(`[data-objective=${bad.slo}]`);
    await card.locator('[data-verdict=met]').waitFor();
    // 23 of 576 runs failed in two days: 4 % of the allowed 5 %.
    await card.getByText('96%', { exact: true }).waitFor();
    await card.getByText('20.1% of the error budget left, 30 days', { exact: true }).waitFor();
    const items = await card.getByRole('listitem').allInnerTexts();
    const textOf = (day: { day: string }) =>
      items.find((text) => text.trim().startsWith(dayOf(day))) ?? '';
    assert.match(textOf(bad), /: 92%/);
    assert.match(textOf(good), /: 100%/);
    assert.ok(items.some((text) => /: no data/.test(text)));
    await page.getByText(/AIO measured .*% of the time/).waitFor();
    // The other objectives have no data.
    assert.equal(await page.locator('[data-verdict=noData]').count(), SLO_KEYS.length - 1);
    await checkPage(page);
  });

  await t.test('the overview has the same error budget', async () => {
    await follow(page, '/overview');
    await page.getByText('20.1% of the error budget left, 30 days', { exact: true }).waitFor();
  });

  await t.test('a month without data shows that, and links to the months around it', async () => {
    await follow(page, '/health/objectives?month=2024-02');
    await page.getByText('AIO has no data for this month.').waitFor();
    await page.getByText('February 2024', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Next month' }).click();
    await page.waitForURL('**month=2024-03');
    await page.getByText('March 2024', { exact: true }).waitFor();
  });
}
