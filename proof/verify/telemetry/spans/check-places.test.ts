import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPlaces, type PlacedSpan } from './check-places.ts';

let spanIds = 0;

function span(name: string, kind: PlacedSpan['kind'], below: PlacedSpan | null = null): PlacedSpan {
  spanIds += 1;
  return {
    name,
    kind,
    traceId: below?.traceId ?? `trace ${spanIds}`,
    spanId: `span ${spanIds}`,
    parentSpanId: below?.spanId ?? null,
    attributes: {},
    links: [],
  };
}

/** Faults, except places without any span. */
const faultsOf = (...spans: PlacedSpan[]) =>
  checkPlaces(spans).faults.filter((fault) => !fault.includes(' never '));

test('spans in their places are no fault, and all other places were not seen', () => {
  const request = span('POST /api/v1/runs', 'server');
  const run = span('run triage', 'internal', request);
  const step = span('step http', 'internal', run);
  assert.deepEqual(faultsOf(request, run, step), []);
  const { faults } = checkPlaces([request, run, step]);
  assert.ok(faults.includes('span "step {kind}" never lies below "step {kind}"'));
  assert.ok(faults.includes('span "step {kind}" never links to "step {kind}"'));
  assert.ok(!faults.includes('span "step {kind}" never lies below "run {workflow}"'));
});

test('a span in the wrong place, a missing parent and a second export are faults', () => {
  const request = span('POST /api/v1/runs', 'server');
  const step = span('step http', 'internal', request);
  const orphan = { ...span('run triage', 'internal', request), parentSpanId: 'gone' };
  assert.deepEqual(faultsOf(request, step, orphan, orphan), [
    'span "run triage" was exported twice',
    'span "step {kind}" lies below "{method} {route}", which no rule allows',
    'span "run {workflow}" lies below a span that was not received, which no rule allows',
  ]);
});

test('only a link that no rule allows is a fault', () => {
  const request = span('POST /api/v1/runs/{id}/cancel', 'server');
  const first = span('POST /api/v1/runs', 'server');
  const run = { ...span('run triage', 'internal', first), links: [request] };
  assert.deepEqual(faultsOf(request, first, run), []);
  const queue = { ...span('queue', 'internal', run), links: [request] };
  assert.deepEqual(faultsOf(request, first, run, queue), [
    'span "queue" links to "{method} {route}", which no rule allows',
  ]);
});

test('an excused place is listed with its reason', () => {
  const what = 'span "run {workflow}" never lies below "submit {workflow}"';
  const { faults, excused } = checkPlaces([], { [what]: 'a drill' });
  assert.ok(!faults.includes(what));
  assert.deepEqual(excused, [`${what} (a drill)`]);
});
