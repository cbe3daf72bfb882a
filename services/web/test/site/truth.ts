import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { openDatabase } from '@aio/tools/system/database';
import { sumMetric } from '@aio/tools/system/read-metric';
import type { Page } from 'playwright-core';
import { describeCost, formatCostBriefly } from '../../app/format/amount.ts';
import { formatDuration } from '../../app/format/duration.ts';
import { describeTokens, tokensOf } from '../../app/run/usage.ts';
import { appearanceOf } from '../../app/status/status.ts';
import type { RunSummary } from '../../shared/api.ts';
import { follow } from '../browser/check-pages.ts';
import { readRun, type Stand } from './stand.ts';
import { readTotals, readTruth, type Truth } from './truth-rows.ts';

type RunPage = { items: RunSummary[] };

/** Prefix of the workflows of this part. */
const OWN = 'truth-';
const LLM = '{ type: llm, with: { model: openai/gpt-6-luna, prompt: "How long is a run?" } }';
const CHILD = '{ type: workflow, with: { workflow: truth-llm, input: {} } }';

const workflows = (simulator: string): Record<string, string> => ({
  llm: `ask: ${LLM}`,
  mixed: `
  shaky:
    type: http
    retry: { maxAttempts: 3, backoff: constant, delay: 200ms }
    with: { url: "\${{ '${simulator}/work?ms=20&fail=1&key=' + run.id }}" }
  each: { type: map, needs: [shaky], over: "\${{ input.list }}", step: { type: transform, with: { value: 1 } } }
  never: { type: transform, needs: [each], if: "false", with: { value: 1 } }
  done: { type: transform, needs: [each], with: { value: 2 } }`,
  parent: `
  own: ${LLM}
  child: ${CHILD}
  children: { type: map, over: [1, 2], step: ${CHILD} }`,
  grandparent: `child: { type: workflow, with: { workflow: truth-parent, input: {} } }`,
  broken: `
  good: ${LLM}
  breaks: { type: transform, needs: [good], with: { value: "\${{ input.nothing.here }}" } }
  after: { type: transform, needs: [breaks], with: { value: 1 } }`,
  items: `
  each: { type: map, over: [1, 0], step: { type: transform, with: { value: "\${{ 1 / item }}" } } }
  after: { type: transform, needs: [each], with: { value: 1 } }`,
  approval: `
  before: { type: transform, with: { value: 1 } }
  agree: { type: approval, needs: [before], with: { message: "Continue?" } }
  after: { type: transform, needs: [agree], with: { value: 1 } }`,
  event: `paid: { type: wait, timeout: 1h, with: { event: truth.paid, key: "1" } }`,
  delay: `sleep: { type: delay, with: { duration: 1h } }`,
});

/** Runs by workflow, and how they end; `waiting` = they do not. */
const RUNS = [
  ['llm', {}, 2, 'succeeded'],
  ['mixed', { list: [1, 2, 3] }, 3, 'succeeded'],
  ['mixed', { list: [] }, 1, 'succeeded'],
  ['parent', {}, 2, 'succeeded'],
  ['grandparent', {}, 1, 'succeeded'],
  ['broken', {}, 2, 'failed'],
  ['items', {}, 2, 'failed'],
  ['approval', {}, 2, 'waiting'],
  ['approval', {}, 2, 'cancelled'],
  ['event', {}, 1, 'waiting'],
  ['delay', {}, 1, 'waiting'],
  ['delay', {}, 1, 'cancelled'],
] as const;

/** Each number of twenty runs of every kind is the same in database, API, pages and metrics. */
export async function testTruth(t: TestContext, { site, browser }: Stand): Promise<void> {
  const { api, simulator } = site.system;
  const db = openDatabase(site.databaseUrl);
  t.after(() => db.end());
  for (const [name, steps] of Object.entries(workflows(simulator.url)))
    await api.createWorkflow(`name: ${OWN}${name}\nsteps:\n  ${steps.trim()}\n`);
  const ids: string[] = [];
  for (const [workflow, input, count, end] of RUNS)
    for (let made = 0; made < count; made += 1) {
      const { id } = await api.submitRun(OWN + workflow, input);
      ids.push(id);
      const isWaiting = async () => (await api.getRun(id)).status === 'waiting';
      if (['waiting', 'cancelled'].includes(end)) await waitUntil(isWaiting, { what: workflow });
      if (end === 'cancelled') await api.cancelRun(id);
      if (end !== 'waiting') assert.equal((await api.waitForRun(id)).status, end, workflow);
    }
  for (const workflow of ['broken', 'items']) {
    const [failed] = (await api.get<RunPage>(`/runs?workflow=${OWN}${workflow}`)).items;
    const { id } = await api.post<{ id: string }>(`/runs/${failed!.id}/retry`);
    ids.push(id);
    await api.waitForRun(id);
  }
  assert.ok(ids.length >= 20);
  const page = await browser.open(t, '/runs');

  for (const id of ids) {
    const truth = await readTruth(db, id);
    const run = await readRun(site, id);
    await t.test(`${run.workflow.name}, ${run.status}`, async () => {
      const { items } = await api.get<RunPage>(`/runs?q=${id}`);
      const expected = figuresOf(truth);
      assert.deepEqual(figuresOf({ ...run, below: run.usage.children }), expected, 'API');
      const listed = { ...items[0]!, usage: run.usage, below: run.usage.children };
      assert.deepEqual(figuresOf(listed), expected, 'list');
      assert.equal(roundCost(items[0]!.costUsd ?? 0), roundCost(truth.usage.costUsd), 'list');
      const times = run.steps.map((step) => [step.id, step.durationMs] as const);
      assert.deepEqual(Object.fromEntries(times), truth.steps, 'API');
      await checkRunPage(page, id, truth);
      await checkList(page, id, truth);
    });
  }

  await t.test('metrics count what the rows say', async () => {
    const totals = await readTotals(db, OWN);
    const processes = [site.system, ...site.system.workers];
    const counted = () =>
      Promise.all(totals.map(({ name, labels }) => sumMetric(processes, name, labels)));
    const isDuration = (index: number) => totals[index]!.name === 'aio_run_duration_seconds_sum';
    const isWrong = (value: number, index: number) =>
      // The API measures the runs that it cancels in whole milliseconds. The metric names 20 workflows; those of earlier
      // parts of this test may be among them, and then some of these are in `other`.
      isDuration(index)
        ? value !== 0 && Math.abs(value - totals[index]!.value) > 0.005
        : Math.abs(value - totals[index]!.value) > 1e-9;
    const areEqual = async () => {
      const values = await counted();
      const hasDurations = values.some((value, index) => isDuration(index) && value !== 0);
      return hasDurations && !values.some(isWrong);
    };
    await waitUntil(areEqual, { what: 'equal metrics' }).catch(async () => {
      const values = await counted();
      assert.deepEqual(
        totals.map((total, index) => ({ ...total, value: values[index] })),
        totals,
      );
    });
  });
}

type Figures = Omit<Truth, 'steps'>;

function figuresOf({ usage, below, ...run }: Figures): unknown {
  const { status, durationMs, stepsTotal, stepsSucceeded, itemsTotal } = run;
  const partsOf = ({ inputTokens, outputTokens, costUsd }: Truth['usage']) => [
    inputTokens,
    outputTokens,
    roundCost(costUsd),
  ];
  const counts = { status, durationMs, stepsTotal, stepsSucceeded, itemsTotal };
  return { ...counts, usage: partsOf(usage), below: [below.runs, ...partsOf(below)] };
}

/** Sums of doubles in another order differ in the last digits. */
function roundCost(usd: number): number {
  return Number(usd.toFixed(9));
}

async function checkRunPage(page: Page, id: string, truth: Truth): Promise<void> {
  await follow(page, `/runs/${id}`);
  await page.locator(`header [data-status=${truth.status}]`).waitFor();
  await page.getByText(id, { exact: true }).waitFor();
  const facts = page.locator('header dl').first();
  const factOf = (label: string) =>
    facts.locator('div', { has: page.getByText(label, { exact: true }) }).locator('dd');
  const children = { ...truth.below, unpricedCalls: 0 };
  const usage = tokensOf({ ...truth.usage, unpricedCalls: 0, children });
  const steps = `${truth.stepsSucceeded} of ${truth.stepsTotal} succeeded`;
  await factOf('Steps').getByText(steps).waitFor();
  if (usage !== null) {
    await factOf('Cost').getByText(describeCost(usage), { exact: true }).waitFor();
    await factOf('Tokens in / out').getByText(describeTokens(usage), { exact: true }).waitFor();
  } else assert.equal(await factOf('Cost').count(), 0);
  if (truth.durationMs === null) return;
  await factOf('Duration').getByText(formatDuration(truth.durationMs), { exact: true }).waitFor();
  for (const [step, ms] of Object.entries(truth.steps)) {
    const took = page.locator(`[data-step="${step}"] > span`).last();
    assert.equal((await took.innerText()).trim(), formatDuration(ms), `timeline: ${step}`);
  }
  await follow(page, `/runs/${id}?tab=graph`);
  for (const [step, ms] of Object.entries(truth.steps)) {
    const node = page.locator(`[data-node="${step}"]`);
    await node.waitFor();
    const isMap = (await node.innerText()).includes(' of ');
    if (ms !== null && !isMap) await node.getByText(formatDuration(ms), { exact: true }).waitFor();
    if (ms === null) continue;
    await follow(page, `/runs/${id}?tab=graph&step=${step}`);
    const duration = page.locator('[data-panel=step] dl > div', {
      has: page.getByText('Duration', { exact: true }),
    });
    await page.getByRole('heading', { level: 2, name: step, exact: true }).waitFor();
    assert.equal(await duration.locator('dd').innerText(), formatDuration(ms), `panel: ${step}`);
  }
}

async function checkList(page: Page, id: string, truth: Truth): Promise<void> {
  await follow(page, `/runs?q=${id}`);
  const row = page.locator(`[data-run="${id}"]`);
  await row.getByText(`${truth.stepsSucceeded}/${truth.stepsTotal}`, { exact: true }).waitFor();
  await row.locator(`[data-status=${truth.status}]`).waitFor();
  assert.ok(await row.getByText(appearanceOf(truth.status).label).count());
  const cost = formatCostBriefly({ ...truth.usage, unpricedCalls: 0 });
  if (cost !== '–') await row.getByText(cost, { exact: true }).waitFor();
  if (truth.durationMs === null) return;
  await row.locator('td').last().getByText(formatDuration(truth.durationMs)).waitFor();
}
