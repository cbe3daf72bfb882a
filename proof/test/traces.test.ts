import type { ReceivedSpan } from '@aio/runtime/otlp/otlp-json';
import { assertOneTree } from '@aio/runtime/testing/span-tree';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  assertAttempts,
  assertBelow,
  assertLinks,
  assertSteps,
  attemptsOf,
  describeEnd,
  isWhole,
  itemsOf,
  stepsOf,
} from '../testing/assert-trace.ts';
import type { TestSystem } from '@aio/tools/testing/test-system';
import { findRunner } from '../oracles/rows.ts';
import { waitUntil } from '@aio/tools/system/wait-until';
import {
  createCanaries,
  doomedWorkflow,
  findCanaries,
  GIVEN_UP,
  heldWorkflow,
  HOLD,
  tracedWorkflow,
} from '../testing/traced-workflow.ts';
import { jaegerBackend, storeBackend, teeBackend } from '../testing/trace-backend.ts';
import {
  approve,
  requestRefused,
  startTracedSystem,
  submitTraced,
  WITHIN_MS,
} from '../testing/traced-run.ts';

/** Steps that end while `held` still runs, with the number of their spans. */
const ENDED = { fetch: 1, flaky: 1, refused: 1, wrong: 1, ask: 1, each: 4, pause: 1 };
/** The same for attempts in lanes. */
const ATTEMPTED = { fetch: 1, flaky: 2, refused: 1, ask: 1 };
const jaeger = process.env.TEST_JAEGER_PATH;

/** A fan-out, a retry, a killed worker, a delay and an approval, a failed run and a cancelled run. */
test('the spans of a run are one tree, in the trace store of npm start and in Jaeger', async (t) => {
  const backends = [await storeBackend(t), ...(jaeger ? [await jaegerBackend(t, jaeger)] : [])];
  if (!jaeger) t.diagnostic('not in Jaeger: `npm run servers -- jaeger` gets it');
  const backend = await teeBackend(t, backends);
  const canaries = createCanaries();
  const system = await startTracedSystem(t, backend, canaries);
  const definition = tracedWorkflow('traced', canaries);
  const run = await submitTraced(system, backend, definition, canaries);
  const { traceId, clientSpanId } = run;

  const runner = await findRunner({ db: system.db, system }, run.id, 'held', WITHIN_MS);
  // A killed process loses the spans of its last second, so wait until they have arrived.
  await run.waitForSpans((spans) => {
    return (
      Object.entries(ENDED).every(
        ([step, number]) => stepsOf(spans, step).length + itemsOf(spans, step).length >= number,
      ) &&
      count(spans, 'started traced') > 0 &&
      Object.entries(ATTEMPTED).every(([step, number]) => attemptsOf(spans, step).length >= number)
    );
  });
  await runner.signal('SIGKILL');
  await system.simulator.release(HOLD);
  const runSpanId = await readRunSpanId(system, run.id);
  const open = await run.waitForSpans((spans) => stepsOf(spans, 'held').length === 1);
  await t.test('the open run is one tree after a kill of its worker', () => {
    const root = assertOneTree(open, { clientSpanId, openSpanIds: [runSpanId] });
    assert.equal(root.name, 'POST /api/v1/workflows/{name}/runs');
    assert.equal(count(open, 'run traced'), 0);
    const [started] = open.filter(({ name }) => name === 'started traced');
    assert.equal(started!.startTime, started!.endTime);
    assert.partialDeepStrictEqual(started!.attributes, {
      'aio.run.id': run.id,
      'gen_ai.agent.name': 'traced',
    });
  });

  // The next worker knows of the wait only from the rows.
  await waitUntil('the worker releases the run', WITHIN_MS, async () => {
    return (await system.api.getRun(run.id)).status === 'waiting';
  });
  await approve(system, run, canaries.approvalComment);
  assert.equal((await system.api.waitForRun(run.id)).output, canaries.output);
  const spans = await run.waitForSpans((spans) => count(spans, 'run traced') > 0);

  await t.test('the ended run is one tree: no parent is missing, no span is there twice', () => {
    const root = assertOneTree(spans, { clientSpanId });
    assert.equal(describeEnd(root), null);
    const [whole] = spans.filter(({ name }) => name === 'run traced');
    assert.deepEqual([whole?.spanId, whole?.parentSpanId], [runSpanId, root.spanId]);
    const started = spans.filter(({ name }) => name === 'started traced');
    assert.deepEqual(
      started.map(({ parentSpanId }) => parentSpanId),
      [runSpanId],
    );
    assert.partialDeepStrictEqual(whole?.attributes, {
      'gen_ai.operation.name': 'invoke_workflow',
      'gen_ai.agent.name': 'traced',
    });
    const [asked] = spans.filter(({ name }) => name.startsWith('chat '));
    assert.partialDeepStrictEqual(asked?.attributes, {
      'gen_ai.prompt.name': 'traced/ask',
      'gen_ai.prompt.version': '1',
    });
    for (const step of Object.keys(definition.steps))
      for (const { parentSpanId } of stepsOf(spans, step))
        assert.equal(parentSpanId, runSpanId, step);
    assertBelow(spans, 'chat gpt-5-mini', 'process steps-llm');
    assertBelow(spans, 'approval', 'step approval');
    const [approval] = spans.filter(({ name }) => name === 'approval');
    const [cause, ...others] = approval!.links;
    assert.deepEqual(others, []);
    assert.notEqual(cause?.traceId, traceId, 'the request that decides has its own trace');
    for (const name of ['send runs', 'process runs', 'send steps-http', 'send steps-llm'])
      assert.ok(count(spans, name) > 0, name);
    const sent = new Set(spans.filter(({ kind }) => kind === 'producer').map((one) => one.spanId));
    for (const { links, attributes } of attemptsOf(spans, 'ask')) {
      assert.deepEqual(
        links.map(({ spanId }) => sent.has(spanId)),
        [true],
      );
      assert.equal(attributes['server.address'], '127.0.0.1');
    }
    // A job of a run that another worker holds by now names only the run.
    const taken = spans.filter(({ name }) => name === 'process runs');
    assert.ok(taken.some(({ attributes }) => attributes['aio.workflow.name'] === 'traced'));
    const waits = spans.filter(
      ({ name, parentSpanId }) => name === 'queue' && parentSpanId === runSpanId,
    );
    assert.ok(waits.length >= 2, 'the run was queued again after its wait');
    for (const { name, parentSpanId } of spans)
      if (/^(load|commit|evaluate .+)$/.test(name))
        assert.ok(isRunOrAttempt(spans, parentSpanId), name);
  });

  await t.test('the API returns all spans for the page of the run', async () => {
    const trace = await system.api.get<{ missing: string | null; spans: { id: string }[] }>(
      `/runs/${run.id}/trace`,
    );
    assert.equal(trace.missing, null);
    assert.deepEqual(
      trace.spans.map(({ id }) => id).toSorted(),
      spans.map(({ spanId }) => spanId).toSorted(),
    );
  });

  await t.test('each attempt has the status of its end', () => {
    assertSteps(spans, {
      fetch: null,
      flaky: null,
      refused: 'http_status',
      wrong: 'expression_type',
      ask: null,
      each: null,
      held: null,
      pause: null,
      approve: null,
      last: null,
    });
    assertAttempts(spans, {
      fetch: [null],
      flaky: ['http_status', null],
      refused: ['http_status'],
      ask: [null],
      held: ['worker_lost', null],
    });
    assert.deepEqual(itemsOf(spans, 'each').map(describeEnd), [null, null, null]);
    const [whole] = spans.filter(({ name }) => name === 'run traced');
    assert.equal(describeEnd(whole!), null);
    const [lost, again] = attemptsOf(spans, 'held');
    assert.notEqual(lost!.attributes['aio.worker.id'], again!.attributes['aio.worker.id']);
  });

  await t.test('each step links to the steps that it waited for', () =>
    assertLinks(spans, definition),
  );

  await t.test('a failed run has its status, and a span of the wait for its retry', async () => {
    const doomed = await submitTraced(system, backend, doomedWorkflow('doomed'), canaries);
    assert.equal((await system.api.waitForRun(doomed.id)).status, 'failed');
    const spans = await doomed.waitForSpans(
      (spans) =>
        count(spans, 'run doomed') > 0 && isWhole(spans, { clientSpanId: doomed.clientSpanId }),
    );
    const root = assertOneTree(spans, { clientSpanId: doomed.clientSpanId });
    assert.equal(describeEnd(root), null, 'the request was accepted');
    const [whole] = spans.filter(({ name }) => name === 'run doomed');
    assert.equal(describeEnd(whole!), 'http_status');
    assertAttempts(spans, { again: ['http_status', 'http_status'] });
    const [first, second] = attemptsOf(spans, 'again');
    const [, queued] = spans.filter(
      ({ name, attributes }) => name === 'queue' && attributes['aio.step.id'] === 'again',
    );
    const [wait] = spans.filter(({ name }) => name === 'wait http');
    assert.ok(
      wait!.startTime <= first!.endTime && wait!.startTime > first!.startTime,
      'the wait starts at the end of the first call',
    );
    const queueTimeMs = Number(second!.attributes['aio.queue_time_ms']);
    assert.ok(
      Math.abs(queued!.startTime - wait!.endTime) < 1,
      'the wait ends when the second attempt is ready',
    );
    assert.ok(
      Math.abs(queued!.endTime - queued!.startTime - queueTimeMs) < 1,
      'the second attempt then waits in its queue',
    );
  });

  await t.test('a cancelled run is one tree, too', async () => {
    const definition = heldWorkflow('given-up');
    const given = await submitTraced(system, backend, definition, canaries);
    await waitUntil('the call', WITHIN_MS, async () => {
      return ((await system.simulator.holds())[GIVEN_UP] ?? 0) > 0;
    });
    await system.api.cancelRun(given.id);
    const spans = await given.waitForSpans(
      (spans) => count(spans, 'run given-up') > 0 && attemptsOf(spans, 'held').length > 0,
    );
    assertOneTree(spans, { clientSpanId: given.clientSpanId });
    assertSteps(spans, { held: 'cancelled', asked: 'cancelled' });
    assertAttempts(spans, { held: ['cancelled'] });
  });

  await t.test('no span contains a secret', async () => {
    const refused = await requestRefused(system, backend, canaries);
    const text = (await backend.readText(traceId)) + (await backend.readText(refused));
    assert.ok(text.includes('step llm') && text.includes('/api/v1/runs'), 'the text of the traces');
    assert.deepEqual(findCanaries(canaries, text), []);
  });

  await t.test('each place has the same spans', async () => {
    const [first, ...others] = await Promise.all(
      backends.map(async (one) => (await one.read(traceId)).map(describe).toSorted()),
    );
    for (const other of others) assert.deepEqual(other, first);
  });
});

/** A span in one line, without attributes: Jaeger adds some. */
function describe({ spanId, parentSpanId, name, kind, status, links }: ReceivedSpan): string {
  return [parentSpanId, spanId, kind, name, status, JSON.stringify(links)].join(' ');
}

async function readRunSpanId({ db }: TestSystem, runId: string): Promise<string> {
  const { rows } = await db.query<{ id: string }>(
    `select split_part(traceparent, '-', 3) as id from runs where id = $1`,
    [runId],
  );
  return rows[0]!.id;
}

function isRunOrAttempt(spans: readonly ReceivedSpan[], spanId: string | null): boolean {
  return spans.some((span) => span.spanId === spanId && /^(run|process) /.test(span.name));
}

const count = (spans: readonly ReceivedSpan[], name: string) =>
  spans.filter((span) => span.name === name).length;
