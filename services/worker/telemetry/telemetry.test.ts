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
  },
} as unknown as WorkflowDefinition);

test('cancelled attempts are in no metric of failures', async () => {
  const { metrics, scrape } = createSeries('worker');
  const log = createLogger({ service: 'test', level: 'silent' });
  const observer = createObserver({ metrics, tracing: NO_TRACING, log, workerId: 'w' });
  const claim = {
    id: 'r',
    workflowId: 'w',
    workflowName: 'w',
    owner: 'ada',
    traceparent: null,
    tracestate: null,
  };
  const [call, pause] = PLAN.steps.map((step) =>
    Object.assign(createStep(step, { readyAtMs: 1 }), { attempt: 1, startedAtMs: 1 }),
  );
  const end = { status: 'cancelled', atMs: 2, endsAttempt: true } as const;
  const run = { claim, plan: PLAN } as RunState;
  observer.stepEnded(run, call!, end);
  observer.attemptExecuted(claim, call!, {
    startedAtMs: 1,
    endedAtMs: 2,
    eventLoopActiveMs: 0,
    errorType: 'cancelled',
  });
  observer.stepEnded(run, pause!, end);
  const counted = (await scrape()).body
    .split('\n')
    .filter((line) => /^aio_\w+.* [1-9]/.test(line) && !line.includes('_bucket'));
  assert.ok(counted.some((line) => line.startsWith('aio_step_attempts_total')));
  const failed = counted.filter((line) => /fail|error/.test(line));
  assert.deepEqual(failed, []);
});
