import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReceivedSpan } from '@aio/runtime/otlp/otlp-json';
import { spansOfRun } from './spans-of-run.ts';

let begun = 0;
function span(spanId: string, parentSpanId: string | null, runId?: string): ReceivedSpan {
  const attributes = runId === undefined ? {} : { 'aio.run.id': runId };
  const ids = { traceId: 't', spanId, parentSpanId, name: spanId };
  return { ...ids, attributes, startTime: ++begun, endTime: begun + 1 } as ReceivedSpan;
}
const idsOf = (spans: ReceivedSpan[], runId: string) =>
  spansOfRun(spans, runId).map(({ spanId }) => spanId);

test('a run has the request that started it and all below, but nothing above', () => {
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
  const ofA = ['POST a', 'insert a', 'run a', 'step', 'GET', 'run child', 'of child'];
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
