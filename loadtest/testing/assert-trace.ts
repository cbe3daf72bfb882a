import type { ReceivedSpan } from '@aio/runtime/testing/otlp-json';
import assert from 'node:assert/strict';
import type { Definition } from '../lib/definition.ts';

/** How an attempt ended: null = well, else its `error.type`. */
export type AttemptEnds = Readonly<Record<string, readonly (string | null)[]>>;

/** Every attempt has a span, with the status of its end. @param ends by step, items of maps left out */
export function assertAttempts(spans: readonly ReceivedSpan[], ends: AttemptEnds): void {
  const found = Object.fromEntries(
    Object.keys(ends).map((step) => [step, attemptsOf(spans, step).map(describeEnd)]),
  );
  assert.deepEqual(found, ends);
}

/** Attempts of a step (not of a map's items) in their order. */
export function attemptsOf(spans: readonly ReceivedSpan[], step: string): ReceivedSpan[] {
  return spans
    .filter(({ name, attributes }) => {
      return isAttempt(name, attributes, step) && attributes['aio.step.iteration'] === undefined;
    })
    .toSorted(
      (a, b) => Number(a.attributes['aio.step.attempt']) - Number(b.attributes['aio.step.attempt']),
    );
}

function isAttempt(name: string, attributes: ReceivedSpan['attributes'], step: string): boolean {
  return name.startsWith('step ') && attributes['aio.step.id'] === step;
}

/** Items of a map by their index. */
export function itemsOf(spans: readonly ReceivedSpan[], step: string): ReceivedSpan[] {
  return spans
    .filter(({ name, attributes }) => {
      return isAttempt(name, attributes, step) && attributes['aio.step.iteration'] !== undefined;
    })
    .toSorted(
      (a, b) =>
        Number(a.attributes['aio.step.iteration']) - Number(b.attributes['aio.step.iteration']),
    );
}

/** A status says what `error.type` says, on every span. */
export function describeEnd({ name, status, attributes }: ReceivedSpan): string | null {
  const errorType = (attributes['error.type'] as string | undefined) ?? null;
  assert.equal(status, errorType === null ? 'unset' : 'error', `status of ${name}`);
  return errorType;
}

/** Each attempt links to the last attempt of every step that it waited for; an item is below its map. */
export function assertLinks(spans: readonly ReceivedSpan[], { steps }: Definition): void {
  const lastOf = (step: string) => attemptsOf(spans, step).at(-1)?.spanId;
  for (const [step, { needs = [] }] of Object.entries(steps)) {
    const wanted = needs.map(lastOf);
    for (const attempt of attemptsOf(spans, step)) assertLinksTo(attempt, wanted);
    for (const item of itemsOf(spans, step)) {
      assertLinksTo(item, []);
      assert.equal(item.parentSpanId, lastOf(step), `parent of item of ${step}`);
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

/** Every span of that name hangs below one of the other. */
export function assertBelow(spans: readonly ReceivedSpan[], name: string, parent: string): void {
  const own = spans.filter((span) => span.name === name);
  assert.ok(own.length > 0, `a span ${name}`);
  for (const { parentSpanId } of own) {
    assert.equal(spans.find(({ spanId }) => spanId === parentSpanId)?.name, parent, name);
  }
}
