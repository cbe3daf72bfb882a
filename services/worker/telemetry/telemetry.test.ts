import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compilePlan } from '@aio/core/definition/compile';
import type { WorkflowDefinition } from '@aio/core/definition/schema';
import type { RunState } from '@aio/core/run/run-state';
import { createStep } from '@aio/core/run/step-state';
import { createLogger } from '@aio/runtime/logger';
import { createSeries } from '@aio/runtime/testing/series';
import { NO_TRACING } from '@aio/runtime/tracing';
import { createObserver } from './telemetry.ts';

const PLAN = compilePlan({
  name: 'w',
  steps: {
    call: { type: 'http', with: { url: 'http://x/' } },
    pause: { type: 'delay', with: { duration: '1s' } },
    ask: { type: 'approval', with: {} },
  },
} as unknown as WorkflowDefinition);

const CLAIM = {
  id: 'r',
  workflowId: 'w',
  workflowName: 'w',
  owner: 'ada',
  traceparent: null,
  tracestate: null,
};

function startObserver() {
  const { metrics, scrape } = createSeries('worker');
  const log = createLogger({ service: 'test', level: 'silent' });
  const observer = createObserver({ metrics, tracing: NO_TRACING, log, workerId: 'w' });
  /** Series that counted something. */
  const counted = async () =>
    (await scrape()).body
      .split('\n')
      .filter((line) => /^aio_\w+.* [1-9]/.test(line) && !line.includes('_bucket'));
  return { observer, counted };
}

test('a rejected approval is in no metric of failures, and its run is rejected', async () => {
  const { observer, counted } = startObserver();
  const step = createStep(PLAN.steps[2]!, { readyAtMs: 1 });
  const ask = Object.assign(step, { attempt: 1, startedAtMs: 1 });
  const error = { code: 'rejected', message: 'Rejected.' };
  const claim = { ...CLAIM, createdAtMs: 0 };
  const run = { claim, plan: PLAN, ended: [], status: 'failed', failure: error } as unknown;
  observer.stepEnded(run as RunState, ask, { status: 'failed', error, atMs: 2, endsAttempt: true });
  observer.runEnded(run as RunState, 3);
  const lines = await counted();
  for (const name of ['runs', 'workflow_runs', 'runs_by_owner']) {
    const series =
      name === 'runs_by_owner' ? 'aio_runs_ended_by_owner_total' : `aio_${name}_ended_total`;
    const [line] = lines.filter((found) => found.startsWith(`${series}{`));
    assert.match(line!, /outcome="rejected"/);
  }
  assert.ok(lines.includes('aio_step_attempts_total{kind="approval",outcome="rejected"} 1'));
  assert.deepEqual(
    lines.filter((line) => /fail|error/.test(line)),
    ['aio_steps_finished_total{kind="approval",status="failed"} 1'],
  );
});

test('cancelled attempts are in no metric of failures', async () => {
  const { observer, counted } = startObserver();
  const [call, pause] = PLAN.steps.map((step) =>
    Object.assign(createStep(step, { readyAtMs: 1 }), { attempt: 1, startedAtMs: 1 }),
  );
  const end = { status: 'cancelled', atMs: 2, endsAttempt: true } as const;
  const run = { claim: CLAIM, plan: PLAN } as RunState;
  observer.stepEnded(run, call!, end);
  observer.attemptExecuted(CLAIM, call!, {
    startedAtMs: 1,
    endedAtMs: 2,
    eventLoopActiveMs: 0,
    errorType: 'cancelled',
  });
  observer.stepEnded(run, pause!, end);
  const lines = await counted();
  assert.ok(lines.some((line) => line.startsWith('aio_step_attempts_total')));
  const failed = lines.filter((line) => /fail|error/.test(line));
  assert.deepEqual(failed, []);
});
