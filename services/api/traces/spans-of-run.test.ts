import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import type { ReceivedSpan } from '@aio/runtime/otlp/otlp-json';
import { spansOfRun } from './spans-of-run.ts';

let begun = 0;
function span(spanId: string, parentSpanId: string | null, runId?: string): ReceivedSpan {
  const attributes = runId === undefined ? {} : { 'aio.run.id': runId };
  const ids = { traceId: 't', spanId, parentSpanId, name: spanId };
  return { ...ids, attributes, startTime: ++begun, endTime: begun + 1 } as ReceivedSpan;
}
/** A span of a page that the subject has open. */
const pageSpan = (spanId: string, subject: string, parentSpanId: string | null = null) => ({
  ...span(spanId, parentSpanId),
  scope: '@aio/web',
  attributes: { 'user.hash': hash('sha256', subject).slice(0, 12) },
});
const idsOf = (spans: ReceivedSpan[], runId: string) =>
  spansOfRun(spans, { id: runId, owner: 'ada' }).map(({ spanId }) => spanId);

test('a run has its own spans, those of child runs, and the request that started it', () => {
  const trace = [
    span('page', null),
    span('POST a', 'page', 'a'),
    span('insert a', 'POST a'),
    span('run a', 'POST a', 'a'),
    span('step', 'run a', 'a'),
    span('GET', 'step'),
    span('run child', 'step', 'child'),
    span('of child', 'run child', 'child'),
    span('POST b', 'page', 'b'),
    span('insert b', 'POST b'),
    span('run b', 'POST b', 'b'),
    span('GET /secrets', 'page'),
  ];
  const ofA = ['page', 'POST a', 'insert a', 'run a', 'step', 'GET', 'run child', 'of child'];
  assert.deepEqual(idsOf(trace, 'a'), ofA);
  assert.deepEqual(idsOf(trace, 'child'), ['run child', 'of child']);
  assert.deepEqual(idsOf(trace, 'c'), []);
});

test('spans with an open parent belong to the run that they name', () => {
  const trace = [span('attempt', 'open', 'a'), span('GET', 'attempt'), span('x', 'open too')];
  assert.deepEqual(idsOf(trace, 'a'), ['attempt', 'GET']);
});

test('ends the search at a cycle of parents', () => {
  assert.deepEqual(idsOf([span('a', 'b'), span('b', 'a')], 'a'), []);
});

test('pages of other users are not part of the trace', () => {
  const run = (page: ReceivedSpan) => [page, span('POST', 'click', 'a'), span('run', 'POST', 'a')];
  assert.deepEqual(idsOf(run(pageSpan('click', 'ada')), 'a'), ['click', 'POST', 'run']);
  assert.deepEqual(idsOf(run(pageSpan('click', 'eve')), 'a'), ['POST', 'run']);
  const both = [...run(pageSpan('click', 'ada')), pageSpan('click', 'eve')];
  assert.deepEqual(spansOfRun(both, { id: 'a', owner: 'ada' }), both.slice(0, 3));
});

test('a span of a page below a run is forged', () => {
  const forged = pageSpan('GET', 'ada', 'run a');
  const page = pageSpan('click', 'ada');
  const trace = [page, span('POST a', 'click', 'a'), span('run a', 'POST a', 'a'), forged];
  assert.deepEqual(idsOf(trace, 'a'), ['click', 'POST a', 'run a']);
});
