import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startCollected } from '@aio/runtime/testing/telemetry';
import { createTracing } from '@aio/runtime/tracing';
import type { EngineWork } from '../engine/observer.ts';
import { EngineSpans } from './engine-spans.ts';
import { createRunContexts } from './run-contexts.ts';

const TRACE_ID = '5'.repeat(32);
const RUN_SPAN_ID = 'b7ad6b7169203331';
const run = (flags: '00' | '01') => ({
  id: 'r',
  workflowId: 'w',
  workflowName: 'triage',
  owner: 'ada',
  traceparent: `00-${TRACE_ID}-${RUN_SPAN_ID}-${flags}`,
  tracestate: null,
});

test('work of the engine has a span if it takes a millisecond and the run is sampled', async () => {
  const receiver = await startCollected();
  const contextOf = createRunContexts();
  const spans = new EngineSpans({ tracing: createTracing('test'), workerId: 'w', contextOf });
  const traced = run('01');
  const took = (ms: number) => ({ sinceMs: 1_000_000, untilMs: 1_000_000 + ms });
  spans.worked(traced, { type: 'commit', runs: 1, ...took(0.9) });
  spans.worked(run('00'), { type: 'commit', runs: 2, ...took(50) });
  const output: EngineWork = { type: 'evaluate', field: 'output', step: null, ...took(1.5) };
  spans.worked(traced, output);
  spans.worked(traced, { type: 'commit', runs: 3, ...took(2) });
  const ended = await receiver.waitForSpans(TRACE_ID, (found) => found.length >= 2);
  const common = { 'aio.run.id': 'r', 'aio.workflow.name': 'triage' };
  assert.deepEqual(
    ended.map(({ name, parentSpanId, attributes }) => ({ name, parentSpanId, attributes })),
    [
      { name: 'evaluate output', parentSpanId: RUN_SPAN_ID, attributes: common },
      {
        name: 'commit',
        parentSpanId: RUN_SPAN_ID,
        attributes: { ...common, 'aio.commit.runs': 3 },
      },
    ],
  );
});
