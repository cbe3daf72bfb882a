import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Site } from './start-site.ts';
import { FAILING_WORKFLOW, liveWorkflow, PAID_WORKFLOW, PARENT_WORKFLOW } from './workflows.ts';

/** Calls a model of each vendor; needs a worker for the lane `llm`. */
const ASKING_WORKFLOW = `
name: web-asking
steps:
  luna: { type: llm, with: { model: openai/gpt-6-luna, prompt: "\${{ input.question }}" } }
  haiku: { type: llm, with: { model: anthropic/claude-haiku-5-5, prompt: "\${{ input.question }}" } }
`;

const ROUND_MS = 1000;

/** Starts runs of all kinds and outcomes, one round per second, until `stop` or the end of the test. */
export async function startTraffic(
  t: TestContext,
  site: Pick<Site, 'system' | 'post'>,
): Promise<{ stop(): Promise<void> }> {
  const { system } = site;
  const { api, apiUrl, simulator } = system;
  for (const yaml of [
    FAILING_WORKFLOW,
    PAID_WORKFLOW,
    PARENT_WORKFLOW,
    ASKING_WORKFLOW,
    liveWorkflow(simulator.url),
  ])
    await api.createWorkflow(yaml);
  const VITALS = [
    { name: 'LCP', route: '/runs', value: 900 },
    { name: 'INP', route: '/runs/:id', value: 64 },
    { name: 'CLS', route: '/overview', value: 0.02 },
  ];

  async function runAll(round: number): Promise<void> {
    const key = `order-${round}`;
    await api.submitRun('web-failing', {});
    await api.submitRun('web-asking', { question: `Why ${round}?` });
    await api.submitRun('web-parent', { order: key });
    for (const each of [key, `${key}-1`, `${key}-2`])
      await site.post('/events', { name: 'order.paid', key: each, payload: { amount: round } });
    await api.submitRun('web-live', { who: 'ada', workMs: 100, names: ['grace'] });
    const unwanted = await api.submitRun('web-paid', { order: `never-${round}` });
    await api.cancelRun(unwanted.id);
    for (const { id } of await api.listPendingApprovals()) await api.decide(id, 'approved');
    await site.post('/telemetry/vitals', { vitals: VITALS });
    // A request without a token, and one for a missing workflow.
    await fetch(`${apiUrl}/api/v1/runs`);
    await system.fetch(`${apiUrl}/api/v1/workflows/nothing`);
  }

  const end = new AbortController();
  async function go(): Promise<void> {
    for (let round = 0; !end.signal.aborted; round += 1) {
      await runAll(round);
      await sleep(ROUND_MS, undefined, { signal: end.signal }).catch(() => {});
    }
  }
  const going = go();
  // `stop` throws a failure; until then the rejection counts as handled.
  going.catch(() => {});
  const stop = () => {
    end.abort();
    return going;
  };
  t.after(() => end.abort());
  return { stop };
}
