import { INTERRUPTIONS } from '@aio/catalog/metrics/labels';
import type { ReceivedSpan } from '@aio/runtime/otlp/otlp-json';
import { findTreeFaults, type TreeExpectation } from '@aio/runtime/testing/span-tree';
import assert from 'node:assert/strict';
import type { Definition } from '@aio/tools/system/definition';

/** How a step or an attempt ended: null = succeeded, else its `error.type`. */
type Ends = Readonly<Record<string, string | null>>;
type AttemptEnds = Readonly<Record<string, readonly (string | null)[]>>;

/** Asserts that every step has one span with the status of its end. @param ends by step, without map items */
export function assertSteps(spans: readonly ReceivedSpan[], ends: Ends): void {
  const found = Object.keys(ends).map((step) => [step, stepsOf(spans, step).map(describeEnd)]);
  const wanted = Object.entries(ends).map(([step, end]) => [step, [end]]);
  assert.deepEqual(found, wanted);
}

/** Asserts that every attempt in a lane has a span below its step's, with the status of its end. */
export function assertAttempts(spans: readonly ReceivedSpan[], ends: AttemptEnds): void {
  const found = Object.fromEntries(
    Object.keys(ends).map((step) => [step, attemptsOf(spans, step).map(describeEnd)]),
  );
  assert.deepEqual(found, ends);
  for (const step of Object.keys(ends)) {
    const [above] = stepsOf(spans, step);
    for (const { parentSpanId } of attemptsOf(spans, step))
      assert.equal(parentSpanId, above?.spanId, `parent of an attempt of ${step}`);
  }
}

/** The spans of a step, without map items. */
export function stepsOf(spans: readonly ReceivedSpan[], step: string): ReceivedSpan[] {
  return spansOf(spans, 'step ', step).filter((span) => !isItem(span));
}

/** The attempts of a step in a lane in their order, without map items. */
export function attemptsOf(spans: readonly ReceivedSpan[], step: string): ReceivedSpan[] {
  const attempts = spansOf(spans, 'process ', step).filter((span) => !isItem(span));
  return sortBy(attempts, 'aio.step.attempt');
}

/** The items of a map, sorted by index. */
export function itemsOf(spans: readonly ReceivedSpan[], step: string): ReceivedSpan[] {
  return sortBy(spansOf(spans, 'step ', step).filter(isItem), 'aio.step.iteration');
}

function spansOf(spans: readonly ReceivedSpan[], start: string, step: string): ReceivedSpan[] {
  return spans.filter(
    ({ name, attributes }) => name.startsWith(start) && attributes['aio.step.id'] === step,
  );
}

function isItem({ attributes }: ReceivedSpan): boolean {
  return attributes['aio.step.iteration'] !== undefined;
}

function sortBy(spans: readonly ReceivedSpan[], attribute: string): ReceivedSpan[] {
  return spans.toSorted(
    (a, b) => Number(a.attributes[attribute]) - Number(b.attributes[attribute]),
  );
}

/**
 * Asserts that the status agrees with `error.type`. A cancelled step has one, but did not fail.
 * @returns `error.type`; null = succeeded
 */
export function describeEnd({ name, status, attributes }: ReceivedSpan): string | null {
  const errorType = (attributes['error.type'] as string | undefined) ?? null;
  const hasFailed = errorType !== null && !INTERRUPTIONS.includes(errorType);
  assert.equal(status, hasFailed ? 'error' : 'unset', `status of ${name}`);
  return errorType;
}

/** Asserts that each step links to every step that it waited for, and that map items are below their map. */
export function assertLinks(spans: readonly ReceivedSpan[], { steps }: Definition): void {
  for (const [step, { needs = [] }] of Object.entries(steps)) {
    const wanted = needs.map((parent) => stepsOf(spans, parent)[0]?.spanId);
    for (const one of stepsOf(spans, step)) assertLinksTo(one, wanted);
    for (const item of itemsOf(spans, step)) {
      assertLinksTo(item, []);
      assert.equal(item.parentSpanId, stepsOf(spans, step)[0]?.spanId, `parent of item of ${step}`);
    }
  }
}

function assertLinksTo(span: ReceivedSpan, spanIds: readonly (string | undefined)[]): void {
  assert.deepEqual(
    span.links,
    spanIds.map((spanId) => ({ traceId: span.traceId, spanId })),
    `links of ${span.name}`,
  );
}

/** Asserts that every span called `name` is below one called `parent`. */
export function assertBelow(spans: readonly ReceivedSpan[], name: string, parent: string): void {
  const own = spans.filter((span) => span.name === name);
  assert.ok(own.length > 0, `a span ${name}`);
  for (const { parentSpanId } of own) {
    assert.equal(spans.find(({ spanId }) => spanId === parentSpanId)?.name, parent, name);
  }
}

/**
 * Whether all workers have exported their spans: each step, the last attempt of steps in lanes, and child runs.
 * @param options.runs runs from the API, whose steps must have spans
 */
export function isWhole(
  spans: readonly ReceivedSpan[],
  options: TreeExpectation & { runs?: readonly TracedSteps[] } = {},
): boolean {
  const { runs = [], ...expectation } = options;
  const steps = spans.filter(({ name }) => name.startsWith('step '));
  const hasStep = (runId: string, stepId: string) =>
    steps.some(
      ({ attributes }) =>
        attributes['aio.run.id'] === runId && attributes['aio.step.id'] === stepId,
    );
  const hasAll = runs.every(({ id, steps }) =>
    steps.every((step) => step.attempts.length === 0 || hasStep(id, step.id)),
  );
  if (!hasAll || findTreeFaults(spans, expectation).orphans.length > 0) return false;
  return steps.every(({ spanId, attributes }) => {
    const below = spans.filter(({ parentSpanId }) => parentSpanId === spanId);
    const has = (start: string) => below.some(({ name }) => name.startsWith(start));
    const hasAttempt = below.some(
      (span) =>
        span.name.startsWith('process ') &&
        span.attributes['aio.step.attempt'] === attributes['aio.step.attempt'],
    );
    if (attributes['aio.step.kind'] === 'workflow') return has('run ');
    return !has('queue') || hasAttempt;
  });
}

/** The fields of a run that say which steps have spans. */
interface TracedSteps {
  id: string;
  steps: readonly { id: string; attempts: readonly unknown[] }[];
}
