import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compilePlan } from '@aio/core/definition/compile';
import { MAX_RUN_DEPTH } from '@aio/core/definition/limits';
import { AioError } from '@aio/core/errors';
import type { StepCall } from './step-kind.ts';
import { StepError } from '@aio/core/run/step-outcome';

import { createStepCall } from './testing/step-call.ts';
import { createKind, type WorkflowDeps } from './workflow.ts';

const plan = compilePlan({
  name: 'ship-order',
  title: 'Order ${{ input.order }}, ${{ run.id }}',
  labels: { order: '${{ input.order }}' },
  timeout: '1h',
  input: { type: 'object', required: ['order'] },
  steps: {
    a: { type: 'transform', with: { value: 1 } },
    b: { type: 'transform', with: { value: 2 } },
  },
});
const deps: WorkflowDeps = {
  findVersion: async (_workflowId, name, version = 3) =>
    name === 'ship-order' && version <= 3
      ? { workflowId: 'w', versionId: `v${version}`, version }
      : null,
  readPlan: async () => plan,
};

function execute(
  step: { workflow: string; version?: number; input?: unknown },
  overrides: Partial<StepCall<typeof step>> = {},
  kind = createKind(deps),
) {
  return kind.execute(createStepCall(step, overrides));
}

async function start(
  step: Parameters<typeof execute>[0],
  overrides?: Parameters<typeof execute>[1],
) {
  const outcome = await execute(step, overrides);
  assert.equal(outcome.type, 'child');
  return (outcome as Extract<typeof outcome, { type: 'child' }>).workflow;
}

function failsWith(code: string) {
  return (error: unknown) => error instanceof StepError && error.code === code && !error.retryable;
}

test('it returns the run to start', async () => {
  const input = { order: 7 };
  const child = {
    workflowId: 'w',
    workflowVersionId: 'v3',
    workflowName: 'ship-order',
    stepsTotal: 2,
    timeoutMs: 3_600_000,
    input: '{"order":7}',
  };
  const { id, ...started } = await start({ workflow: 'ship-order', input });
  assert.deepEqual(started, { ...child, title: `Order 7, ${id}`, labels: { order: '7' } });
  const { workflowVersionId } = await start({ workflow: 'ship-order', version: 1, input });
  assert.equal(workflowVersionId, 'v1');
});

test('faults of the child run are found before it exists', async () => {
  const order = { order: 1 };
  await assert.rejects(
    async () => execute({ workflow: 'other', input: order }),
    failsWith('unknown_workflow'),
  );
  await assert.rejects(
    async () => execute({ workflow: 'ship-order', version: 4, input: order }),
    failsWith('unknown_workflow'),
  );
  await assert.rejects(async () => execute({ workflow: 'ship-order' }), failsWith('invalid_input'));
  await assert.rejects(
    async () => execute({ workflow: 'ship-order', input: { order: 'x'.repeat(101) } }),
    failsWith('invalid_input'),
  );
  await assert.rejects(
    async () => execute({ workflow: 'ship-order', input: { order: 'x'.repeat(1024 * 1024) } }),
    failsWith('input_too_large'),
  );
  await assert.rejects(
    async () =>
      execute({
        workflow: 'ship-order',
        input: { order: JSON.parse(`${'['.repeat(70)}${']'.repeat(70)}`) },
      }),
    failsWith('input_too_deep'),
  );
});

test('runs can be nested up to a depth', async () => {
  const step = { workflow: 'ship-order', input: { order: 1 } };
  assert.equal((await execute(step, { depth: MAX_RUN_DEPTH - 2 })).type, 'child');
  await assert.rejects(
    async () => execute(step, { depth: MAX_RUN_DEPTH - 1 }),
    failsWith('too_deep'),
  );
});

test('it waits for the end of an outage, unless the attempt is aborted', async () => {
  let calls = 0;
  const step = { workflow: 'ship-order', input: { order: 1 } };
  const kind = createKind({
    ...deps,
    async findVersion(workflowId, name, version) {
      if (++calls < 3) throw new AioError('unavailable', 'away');
      return deps.findVersion(workflowId, name, version);
    },
  });
  assert.equal((await execute(step, {}, kind)).type, 'child');
  assert.equal(calls, 3);
  calls = -Infinity;
  const signal = AbortSignal.abort(new Error('cancelled'));
  await assert.rejects(async () => execute(step, { signal }, kind));
});
