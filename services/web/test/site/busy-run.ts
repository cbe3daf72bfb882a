import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { setVisibility } from '../browser/checks.ts';
import type { Stand } from './stand.ts';

const GATES = 3;
const STEPS_PER_GATE = 100;

/** Steps that end at once, behind each of three calls. A call lasts until the simulator releases it. */
function gatedWorkflow(simulator: string): string {
  const steps: Record<string, object> = {};
  let before: string[] = [];
  for (let gate = 1; gate <= GATES; gate += 1) {
    const url = `${simulator}/work?hold=gate_${gate}`;
    steps[`gate_${gate}`] = { type: 'http', needs: before, with: { url } };
    before = Array.from({ length: STEPS_PER_GATE }, (_, nth) => `part_${gate}_${nth}`);
    for (const id of before)
      steps[id] = { type: 'transform', needs: [`gate_${gate}`], with: { value: 1 } };
  }
  return JSON.stringify({ name: 'web-gated', steps });
}

/** Keeps each number of succeeded steps that the header shows. */
const OBSERVE_COUNTS = `
  globalThis.counts = new Set();
  new MutationObserver(() => {
    const [, count] = /(\\d+) of \\d+ succeeded/.exec(document.querySelector('header dl').textContent) ?? [];
    counts.add(count);
  }).observe(document.querySelector('header dl'), { subtree: true, childList: true, characterData: true });
`;

/** The page of a run with many events. */
export async function testBusyRun(t: TestContext, { site, browser }: Stand): Promise<void> {
  const { api, simulator } = site.system;
  await api.createWorkflow(gatedWorkflow(simulator.url));
  const { id } = await api.submitRun('web-gated', {});
  const page = await browser.open(t, 'about:blank');
  let streams = 0;
  page.on('request', (request) => {
    if (request.resourceType() === 'eventsource') streams += 1;
  });
  await page.goto(`/runs/${id}`);
  const isRunning = (gate: number) =>
    page.locator(`[data-step=gate_${gate}] [data-status=running]`).first().waitFor();
  await page.locator('header').getByText('Live').waitFor();
  await isRunning(1);

  await t.test('opens one stream, and draws its events in batches', async () => {
    await page.evaluate(OBSERVE_COUNTS);
    await simulator.release('gate_1');
    await isRunning(2);
    await simulator.release('gate_2');
    await isRunning(3);
    const counts = await page.evaluate<string[]>('[...counts]');
    assert.ok(counts.includes(String(2 * (STEPS_PER_GATE + 1))), counts.join());
    assert.ok(counts.length < STEPS_PER_GATE / 2, `drawn ${counts.length} times`);
    assert.equal(streams, 1);
  });

  await t.test('opens one more after it was hidden', async () => {
    await setVisibility(page, 'hidden');
    await setVisibility(page, 'visible');
    await waitUntil(() => streams === 2, { what: 'the second stream' });
    await simulator.release('gate_3');
    await page.locator('header [data-status=succeeded]').waitFor();
    assert.equal(streams, 2);
  });
}
