import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compilePlan } from '@aio/core/definition/compile';
import { createReadiness } from '@aio/core/run/readiness';
import { addTo } from './draft.ts';
import type { EngineDeps } from './engine-deps.ts';
import { claimOf } from './fresh.ts';
import { handOut } from './handed.ts';
import { createHeldRun } from './held-run.ts';
import { createOutputs } from './outputs.ts';
import { areRecalled } from './recall.ts';
import { createUnit } from './unit.ts';

test('a step whose offer is not committed is withdrawn, and need not be taken back', () => {
  const plan = compilePlan({
    name: 'two',
    steps: {
      a: { type: 'http', with: { url: 'http://x/' } },
      b: { type: 'http', with: { url: 'http://x/' } },
    },
  });
  const id = '01900000-0000-7000-8000-000000000000';
  const submitted = {
    id,
    workflowId: id,
    workflowName: 'two',
    workflowVersionId: id,
    input: '{}',
    stepsTotal: 2,
    timeoutMs: null,
    traceparent: null,
    parentSpanId: null,
    tracestate: null,
  };
  const claim = claimOf(submitted, 0);
  const run = createHeldRun({
    claim,
    plan,
    version: 1,
    readiness: createReadiness(plan),
    outputs: createOutputs(plan),
    freshSince: null,
  });
  const [offered, handed] = plan.steps.map((step) => createUnit(step));
  for (const unit of [offered!, handed!]) {
    run.busy++;
    handOut(run, unit, id, 0);
  }
  addTo(run.draft, 'offers', {
    step: 'a',
    iteration: -1,
    chunkId: id,
    attempt: 1,
    spanId: null,
    item: null,
  });
  const deps = {} as EngineDeps;
  assert.equal(areRecalled(deps, run, run.handed), false);
  assert.deepEqual(run.draft.offers, []);
  assert.deepEqual(run.draft.revoked, [{ step: 'b', iteration: -1 }]);
  assert.deepEqual([offered!.handed, handed!.handed, run.busy], [false, true, 1]);
  handed!.recall = 'done';
  assert.equal(areRecalled(deps, run, run.handed), true);
});
