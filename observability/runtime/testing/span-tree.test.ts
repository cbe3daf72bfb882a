import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReceivedSpan } from '../otlp/otlp-json.ts';
import { assertOneTree, findTreeFaults } from './span-tree.ts';

function span(spanId: string, parentSpanId: string | null): ReceivedSpan {
  return {
    traceId: 't',
    spanId,
    parentSpanId,
    name: `span ${spanId}`,
    kind: 'internal',
    startTime: 0,
    endTime: 1,
    attributes: {},
    status: 'unset',
    links: [],
    events: [],
    resource: { 'service.name': 'aio-worker' },
    scope: 'test',
    scopeVersion: '1',
  };
}

test('returns the root of a valid tree', () => {
  const root = assertOneTree([span('b', 'a'), span('c', 'b'), span('a', null)]);
  assert.equal(root.spanId, 'a');
});

test("a root below the client's span is the root", () => {
  const spans = [span('a', 'client'), span('b', 'a')];
  assert.equal(assertOneTree(spans, { clientSpanId: 'client' }).spanId, 'a');
  assert.throws(() => assertOneTree(spans), /0 roots: none\n {2}parent client missing: "span a"/);
});

test('orphans, second roots and repeated spans are named', () => {
  const spans = [span('a', null), span('b', null), span('c', 'gone'), span('a', null)];
  const names = findTreeFaults(spans).orphans.map(({ name }) => name);
  assert.deepEqual(names, ['span c']);
  assert.throws(() => assertOneTree(spans), /parent gone missing: "span c" \(c, aio-worker\)/);
  assert.throws(() => assertOneTree(spans), /received more than once: a/);
});

test('an open parent is not missing', () => {
  const spans = [span('a', null), span('c', 'open')];
  assert.equal(assertOneTree(spans, { openSpanIds: ['open'] }).spanId, 'a');
});

test('zero spans are not a tree', () => {
  assert.throws(() => assertOneTree([]), /0 roots/);
});
