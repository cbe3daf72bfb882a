import type { TestContext } from 'node:test';
import { checkPage } from '../browser/check-pages.ts';
import type { Stand } from './stand.ts';

const WORKFLOW = `
name: web-writing
steps:
  ask:
    type: llm
    timeout: 1h
    with:
      model: openai/web-writing
      prompt: "<facts>The first word comes early. The last word comes late. Between them, people read.</facts>"
`;
const FIRST = 'The first word';
const LAST = 'The last word comes late.';

/** The text of a step while its model writes it. The simulator stops in the middle until the test releases it. */
export async function testLiveTexts(t: TestContext, { site, browser }: Stand): Promise<void> {
  const { api, simulator } = site.system;
  await simulator.turn({ models: { 'web-writing': { holdAfterTokens: 6 } } });
  await api.createWorkflow(WORKFLOW);
  const { id } = await api.submitRun('web-writing', {});
  const page = await browser.open(t, `/runs/${id}`);
  const answer = page.locator('[data-answers] [data-live]').getByText(FIRST);
  const panel = page.locator('[data-panel=step]');

  await t.test('grows on the page of the run before the step ends, without a click', async () => {
    await page.locator('header').getByText('Live').waitFor();
    await answer.waitFor();
    await page.locator('[data-step=ask] [data-tail]').waitFor();
    await checkPage(page);
  });

  await t.test(
    'a person who comes later sees it from its beginning, also in the step',
    async () => {
      await page.goto(`/runs/${id}?step=ask`);
      await page.locator('header').getByText('Live').waitFor();
      await panel.locator('[data-live]').getByText(FIRST).waitFor();
      await checkPage(page);
    },
  );

  await t.test('gives way to the output', async () => {
    await simulator.release('tokens');
    await panel.locator('[data-role=assistant]').getByText(LAST).waitFor();
    await page.locator('[data-live], [data-tail]').first().waitFor({ state: 'detached' });
  });
}
