import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRun } from '../testing/read-run.ts';
import { listRuns } from '../queries/runs/list-runs.ts';
import { readOverview } from '../queries/read-overview.ts';
import { readWorkflowStatistics } from '../queries/workflows/workflow-statistics.ts';
import { createTestDatabase } from '../testing/database.ts';
import { postWorkflow, startRun } from './fixtures.ts';

const SCOPE = { owner: null, since: new Date(0), until: new Date() };

test('costs of runs are sums, and count calls of unknown price', async (t) => {
  const { pool } = await createTestDatabase(t);
  const workflow = await postWorkflow(pool, 'costly');
  const run = await startRun(pool, workflow);
  const costs = [0.5, 0.25, 1_000_000, null];
  const rows = costs.map((costUsd, iteration) => ({
    step: 'only',
    iteration,
    kind: 'llm',
    status: 'succeeded' as const,
    attempt: 1,
    readyAt: 1000,
    startedAt: 1000,
    finishedAt: 2000,
    usage: JSON.stringify({ inputTokens: 1, outputTokens: 1, costUsd }),
  }));
  await run.commit(rows, { status: 'succeeded' });
  const figures = { costUsd: 1_000_000.75, unpricedCalls: 1 };

  const [listed] = (await listRuns(pool, { limit: 1, cursor: null })).items;
  assert.partialDeepStrictEqual(listed, figures);
  const detail = await readRun(pool, run.runId);
  assert.partialDeepStrictEqual(detail.usage, figures);
  const [overview] = (await readOverview(pool, SCOPE)).workflows;
  assert.partialDeepStrictEqual(overview, figures);
  const { workflowId } = workflow;
  const read = () => readWorkflowStatistics(pool, { workflowId, owner: null, lastRuns: 50 });
  const { steps, costUsdPerRun, unpricedCalls } = await read();
  assert.deepEqual({ costUsd: costUsdPerRun, unpricedCalls }, figures);
  assert.partialDeepStrictEqual(steps.find(({ ofItems }) => ofItems) ?? {}, figures);
});
