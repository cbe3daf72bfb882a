import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pluck } from '@aio/platform/testing/pluck';
import type { Span } from '../../shared/api.ts';
import { extentOf, matchingSpans, placeOf, spanRows } from './rows.ts';

const span = (id: string, parentId: string | null, startMs: number, durationMs: number): Span =>
  ({ id, parentId, name: id, service: 's', startMs, durationMs, attributes: {} }) as Span;

const SPANS = [
  span('root', null, 100, 100),
  span('a', 'root', 110, 20),
  span('a1', 'a', 112, 5),
  span('b', 'root', 140, 60),
  span('lost', 'open', 150, 10),
];

test('a trace as lines: children below their parents, by their beginning', () => {
  assert.deepEqual(
    spanRows(SPANS, new Set()).map(({ span: { id }, depth }) => [id, depth]),
    [
      ['root', 0],
      ['a', 1],
      ['a1', 2],
      ['b', 1],
      ['lost', 0],
    ],
  );
  const [root, a, b, lost] = spanRows(SPANS, new Set(['a']));
  assert.deepEqual([root?.hasChildren, a?.isOpen, b?.span.id], [true, false, 'b']);
  assert.deepEqual([root?.isOrphan, lost?.isOrphan], [false, true]);
});

test('bars lie in proportion', () => {
  const extent = extentOf(SPANS);
  assert.deepEqual(extent, { fromMs: 100, lengthMs: 100 });
  assert.deepEqual(placeOf(SPANS[1]!, extent), { left: 10, width: 20 });
  assert.ok(extentOf([span('x', null, 5, 0)]).lengthMs > 0);
});

test('a search keeps what is above the spans that it finds', () => {
  assert.deepEqual(pluck(matchingSpans(SPANS, ' A1 '), 'id'), ['root', 'a', 'a1']);
  assert.equal(matchingSpans(SPANS, '').length, SPANS.length);
  assert.deepEqual(matchingSpans(SPANS, 'nothing'), []);
});
