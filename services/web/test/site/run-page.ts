import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { waitUntil } from '@aio/platform/testing/wait-until';
import type { Page } from 'playwright-core';
import { checkPage, checkPages, checkThemes, follow } from '../browser/check-pages.ts';
import { PHONE, untilLoaded } from '../browser/checks.ts';
import { postAsPage } from '../browser/post-as-page.ts';
import type { Stand } from './stand.ts';

/** Has a model call, a posted event, an approval, a chain and a skipped step. */
const workflow = (simulator: string, note: string): string => `
name: page-order
description: ${note}
steps:
  summarize:
    type: llm
    with:
      model: openai/gpt-6-luna
      system: You are **brief**.
      prompt: "# Order \${{ input.order }}\\n\\n- one\\n- two\\n\\n<img src=x onerror=alert(1)>"
  fetch: { type: http, with: { url: "${simulator}/work?ms=20", headers: { x-order: "\${{ input.order }}" } } }
  paid:
    type: wait
    needs: [summarize, fetch]
    timeout: 1h
    with: { event: order.paid, key: "\${{ input.order }}" }
  check:
    type: approval
    needs: [paid]
    timeout: 2h
    with: { message: "Ship order \${{ input.order }}?", approver: { role: builder } }
  gift: { type: transform, needs: [check], if: "input.order == 'none'", with: { value: 1 } }
  pick: { type: transform, needs: [check], with: { value: 0 } }
  weigh: { type: transform, needs: [pick], with: { value: 1 } }
  pack: { type: transform, needs: [weigh], with: { value: 2 } }
  label: { type: transform, needs: [pack], with: { value: 3 } }
  hand_over: { type: transform, needs: [label], with: { value: 4 } }
  each:
    type: map
    needs: [check]
    over: [1, 2, 3]
    step: { type: transform, with: { value: "\${{ item }}" } }
  done: { type: transform, needs: [hand_over, each], with: { value: true } }
`;

/** One of its models has no price. */
const COSTLY = `
name: page-costs
steps:
  known: { type: llm, with: { model: openai/gpt-6-luna, prompt: "Sum up the report of this week." } }
  unknown: { type: llm, with: { model: openai/gpt-0, prompt: "Sum up the report of this week." } }
`;

const ASKING = `
name: page-ask
steps:
  agree:
    type: approval
    timeout: 2h
    with: { message: "Release?", approver: { role: admin } }
`;

/** The tabs and panels of a run's page, and decisions. */
export async function testRunPage(
  t: TestContext,
  { site, browser, builder }: Stand,
): Promise<void> {
  const { api, simulator } = site.system;
  await api.createWorkflow(workflow(simulator.url, 'first'));
  const { id } = await api.submitRun('page-order', { order: 'o-1' });

  const page = await browser.open(t, `/runs/${id}?tab=events`);
  const history = page.getByRole('region', { name: 'What happened in this run' });
  const panel = page.locator('[data-panel=step]');

  await t.test('the page follows events live, with decisions and received events', async () => {
    await history.getByText('Run accepted, started by').waitFor();
    await history.getByText('Waiting for an event').waitFor();
    await site.post('/events', { name: 'order.paid', key: 'o-1', payload: { amount: 3 } });
    await history.getByText('Received event order.paid with key o-1').waitFor();
    await history.getByText('Waiting for a decision').waitFor();
    const card = page.getByRole('region', { name: 'Approval check' });
    await card.getByText('Ship order o-1?').waitFor();
    await card.getByText(/\(in 1 h 59 m|\(in 2 h/).waitFor();
    await page.locator('header dt').getByText('Waiting for').waitFor();
    await card.getByRole('button', { name: 'Approve' }).click();
    await page.getByText('You approved the step check.').waitFor();
    await history.getByText('Approved by admin@example.com').waitFor();
    await history.getByText('Run succeeded').waitFor();
    await page.reload();
    await history.getByText('Run accepted, started by').waitFor();
    await history.focus();
    await page.keyboard.press('End');
    await history.getByText('Run succeeded').waitFor();
    await history.getByRole('button', { name: 'gift' }).click();
    await page.waitForURL('**?step=gift');
    await panel.getByText('Skipped, because its condition was not true:').waitFor();
    await panel.getByText("input.order == 'none'").first().waitFor();
    await checkPage(page);
    await follow(page, `/runs/${id}?step=check`);
    await panel.locator('[data-question]').getByText('Ship order o-1?').waitFor();
    const decision = panel.locator('[data-decision]');
    await decision.getByText('Approved').waitFor();
    await decision.getByText('admin@example.com').waitFor();
    assert.equal(await panel.getByText('Execution time').count(), 0);
  });

  await t.test('a prompt is a chat, in Markdown or raw, without HTML', async () => {
    await follow(page, `/runs/${id}?step=summarize`);
    const prompt = panel.locator('[data-role=user]');
    await prompt.locator('li').getByText('two').waitFor();
    await panel.locator('[data-role=system] strong').getByText('brief').waitFor();
    assert.equal(await panel.locator('[data-role] img').count(), 0);
    await prompt.getByText('<img src=x onerror=alert(1)>').waitFor();
    await checkPage(page);
    await panel.getByRole('button', { name: 'Raw text' }).first().click();
    await prompt.getByText('# Order o-1').waitFor();
    await panel.locator('[data-role=assistant]').waitFor();
    await panel.getByText('Tokens in / out').waitFor();

    await follow(page, `/runs/${id}?step=fetch`);
    await panel.locator('[data-request]').getByText('GET').waitFor();
    await panel.locator('[data-response]').getByText('HTTP 200').waitFor();
    await page.getByRole('link', { name: 'Trace' }).click();
    await page.waitForURL('**tab=trace');
  });

  await t.test(
    'a cost says which calls it leaves out, and tokens how many were cached',
    async (t) => {
      t.after(() => simulator.turn({ cachedTokens: 0 }));
      simulator.turn({ cachedTokens: 5 });
      await api.createWorkflow(COSTLY);
      const { id: costly } = await api.submitRun('page-costs', {});
      await follow(page, `/runs/${costly}`);
      const facts = page.locator('header dl').first();
      await facts.getByText(/^\$0\.0+\d\d \+ 1 call of unknown price$/).waitFor();
      await facts.getByText(/^\d+ \/ \d+, [\d.]+% of the input cached$/).waitFor();
    },
  );

  await t.test('the page compares the definition with the current version', async () => {
    await follow(page, `/runs/${id}?tab=definition`);
    await page.getByText('This is the current version.').waitFor();
    await api.createWorkflow(workflow(simulator.url, 'second'));
    await page.reload();
    await page.getByRole('switch', { name: 'Compare with the current version, v2' }).click();
    await page.locator('[data-diff]').getByText('description: second').waitFor();
    await checkPage(page);
  });

  await t.test('the graph shows counts of items, and the selected step', async () => {
    await follow(page, `/runs/${id}?tab=graph`);
    const graph = page.getByRole('application');
    await graph.locator('[data-node=each]').getByText('3 of 3').waitFor();
    await follow(page, `/runs/${id}?tab=graph&step=label`);
    await graph.locator('[data-node=label][data-selected]').waitFor();
  });

  await t.test('the cancel button asks first, and the page names who cancelled', async () => {
    const { id: open } = await api.submitRun('page-order', { order: 'never' });
    await follow(page, `/runs/${open}?tab=events`);
    await history.getByText('Waiting for an event').waitFor();
    const question = page.getByRole('dialog', { name: 'Cancel this run?' });
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await question.getByRole('button', { name: 'Let it run' }).click();
    await question.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await question.getByRole('button', { name: 'Cancel the run' }).click();
    await page.locator('header [data-status=cancelled]').waitFor();
    await history.getByText('Run cancelled').waitFor();
    await history.getByText('admin@example.com cancelled the run').waitFor();
    await follow(page, `/runs/${open}?step=done`);
    await panel.getByText('Cancelled before it started.').waitFor();
  });

  await t.test('a builder sees who may decide; the second of two decisions fails', async (t) => {
    const ofBuilder = await browser.open(t, '/inbox/approvals', { storageState: builder });
    await ofBuilder.getByText('No approvals are waiting').waitFor();
    // The builder sees only their own workflows and runs, so the builder creates both.
    await postAsPage(ofBuilder, '/workflows', ASKING, 'application/yaml');
    const RUNS = '/workflows/page-ask/runs';
    const { id: theirs } = await postAsPage<{ id: string }>(ofBuilder, RUNS, '{}');
    const cardOf = (page: Page) =>
      page.getByRole('region', { name: 'Approval agree' }).filter({ hasText: theirs.slice(-8) });
    await cardOf(ofBuilder).getByText('Only admins can decide.').waitFor();
    assert.equal(await cardOf(ofBuilder).getByRole('button').count(), 0);

    const openAsAdmin = () => browser.open(t, '/inbox/approvals');
    const [first, second] = [await openAsAdmin(), await openAsAdmin()];
    // The second admin's page does not learn of the first decision.
    await cardOf(second).getByText('Release?').waitFor();
    await second.route('**/api/v1/approvals?**', (route) => route.abort());
    await cardOf(first).getByRole('button', { name: 'Approve' }).click();
    await cardOf(first).waitFor({ state: 'detached' });
    await first.getByText('You approved the step agree.').waitFor();
    const decided = first.locator('[data-decision=approved]').filter({ hasText: theirs.slice(-8) });
    await decided.getByText('admin@example.com').waitFor();
    await first.getByRole('link', { name: 'Open the run' }).click();
    await first.waitForURL(`**/runs/${theirs}?step=agree`);
    await cardOf(second).getByRole('button', { name: 'Reject' }).click();
    const approved = `admin@example.com approved agree of run ${theirs.slice(-8)} in the meantime.`;
    await second.getByText(`${approved} Your decision was not recorded.`).waitFor();
    await cardOf(second).waitFor({ state: 'detached' });
    await second.unroute('**/api/v1/approvals?**');
  });

  await t.test('every tab, and a run that waits', async (t) => {
    await api.createWorkflow(ASKING);
    const { id: waiting } = await api.submitRun('page-ask', { report: 'Q3', pages: 12 });
    const isAsking = async () => (await api.getRun(waiting)).status === 'waiting';
    await waitUntil(isAsking, { what: 'the run requests an approval' });
    const views = ['tab=events', 'tab=definition', 'tab=graph'];
    const paths = [
      ...views.map((view) => `/runs/${id}?${view}`),
      `/runs/${waiting}`,
      '/inbox/approvals',
    ];
    await checkPages(t, browser, paths, untilFilled);
  });

  await t.test('a phone has a menu of actions', async (t) => {
    const phone = await browser.open(t, `/runs/${id}`, { viewport: PHONE });
    await phone.getByRole('button', { name: 'More actions' }).click();
    await phone.getByRole('menuitem', { name: 'Trace' }).waitFor();
    await checkThemes(phone);
  });
}

/** Waits until the tab of a run has its content. */
async function untilFilled(page: Page): Promise<void> {
  if (page.url().includes('tab=events')) await page.locator('[data-happened]').first().waitFor();
  if (page.url().includes('tab=graph')) await page.locator('[data-node]').first().waitFor();
  await untilLoaded(page);
}
