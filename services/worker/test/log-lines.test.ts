import assert from 'node:assert/strict';
import { test } from 'node:test';
import { propagation, trace, TraceFlags } from '@opentelemetry/api';
import type { Logger } from '@aio/runtime/logger';
import { StepError } from '@aio/core/run/step-outcome';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { createEngineBench } from './start-engine.ts';
import { pluck } from '@aio/platform/testing/pluck';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const FOREIGN = 'what the other side said';

function createLines() {
  const lines: { message: string; fields: Record<string, unknown> }[] = [];
  const write = (fields: Record<string, unknown>, message: string) =>
    void lines.push({ message, fields });
  const log = { debug: write, info: write, warn: write, error: write } as unknown as Logger;
  return { lines, log };
}

// As with tracing enabled.
propagation.setGlobalPropagator({
  fields: () => [],
  inject: () => {},
  extract: (context, carrier: { traceparent: string }) =>
    trace.setSpanContext(context, {
      traceId: TRACE_ID,
      spanId: 'b7ad6b7169203331',
      traceFlags: carrier.traceparent.endsWith('-01') ? TraceFlags.SAMPLED : TraceFlags.NONE,
    }),
});

const WORKFLOWS = {
  step: `
  call: { type: http, with: { url: "http://x/" } }
`,
  item: `
  each: { type: map, over: [1], step: { type: http, with: { url: "http://x/" } } }
`,
};

for (const [name, yaml] of Object.entries(WORKFLOWS)) {
  test(`the answer of another service is logged once, and the end of the run has its trace: a ${name}`, async (t) => {
    const { lines, log } = createLines();
    const bench = await createEngineBench(t, () => {
      throw new StepError('http_status', `No: ${FOREIGN}`, {
        retryable: false,
        details: { status: 400, body: FOREIGN },
      });
    });
    const id = await bench.submit(yaml);
    await bench.select('update runs set traceparent = $1', `00-${TRACE_ID}-b7ad6b7169203331-01`);
    assert.equal((await bench.finish(bench.start({ log }), id)).status, 'failed');
    // The row has the end before the log does.
    const end = await waitUntil(() => lines.find(({ message }) => message === 'Run ended'), {
      what: 'the line of the end',
    });
    const quoting = lines.filter((line) => JSON.stringify(line).includes(FOREIGN));
    assert.deepEqual(pluck(quoting, 'message'), ['A step failed']);
    const { trace_id, span_id, trace_flags, run_id, workflow, owner } = end.fields;
    assert.deepEqual([trace_id, span_id, trace_flags], [TRACE_ID, 'b7ad6b7169203331', '01']);
    assert.match(String(workflow), /^w-/);
    assert.deepEqual([run_id, owner], [id, 'local']);
    for (const { fields } of lines.filter(({ fields }) => 'step' in fields))
      assert.deepEqual([fields.run_id, fields.workflow, fields.owner], [id, workflow, 'local']);
    const { code, step } = end.fields.error as { code: string; step: string };
    assert.deepEqual(
      [code, step],
      name === 'step' ? ['http_status', 'call'] : ['item_failed', 'each'],
    );
  });
}

test('lines of an unsampled run have its trace id, and say that it is unsampled', async (t) => {
  const { lines, log } = createLines();
  const bench = await createEngineBench(t, () => {
    throw new StepError('http_status', 'No', { retryable: false });
  });
  const id = await bench.submit(WORKFLOWS.step);
  await bench.select('update runs set traceparent = $1', `00-${TRACE_ID}-b7ad6b7169203331-00`);
  await bench.finish(bench.start({ log }), id);
  const of = (message: string) => lines.find((line) => line.message === message)?.fields;
  await waitUntil(() => of('Run ended'), { what: 'the line of the end' });
  for (const message of ['A step failed', 'Run ended'])
    assert.deepEqual([of(message)?.trace_id, of(message)?.trace_flags], [TRACE_ID, '00'], message);
});
