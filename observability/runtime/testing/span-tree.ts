import type { ReceivedSpan } from '../otlp/otlp-json.ts';

export interface TreeExpectation {
  /** Span of the client that sent the `traceparent`. It is never received. */
  clientSpanId?: string;
  /** Ids of open spans: parents that may be missing. */
  openSpanIds?: Iterable<string>;
}

export interface TreeFaults {
  /** Spans without a parent, or below the client's span. There should be one. */
  roots: ReceivedSpan[];
  /** Spans whose parent was never received. */
  orphans: ReceivedSpan[];
  /** Span ids that were received more than once. */
  repeated: string[];
}

/** Reasons why the spans of a trace are not one tree. */
export function findTreeFaults(
  spans: readonly ReceivedSpan[],
  { clientSpanId, openSpanIds = [] }: TreeExpectation = {},
): TreeFaults {
  const known = new Set(openSpanIds);
  const repeated: string[] = [];
  const seen = new Set<string>();
  for (const { spanId } of spans) {
    if (seen.has(spanId)) repeated.push(spanId);
    seen.add(spanId);
    known.add(spanId);
  }
  const isRoot = ({ parentSpanId }: ReceivedSpan) =>
    parentSpanId === null || parentSpanId === clientSpanId;
  return {
    roots: spans.filter(isRoot),
    orphans: spans.filter((span) => !isRoot(span) && !known.has(span.parentSpanId ?? '')),
    repeated,
  };
}

/**
 * Asserts exactly one root, no missing parent and no duplicate span.
 * @returns the root
 * @throws Error with the name of each misplaced span
 */
export function assertOneTree(
  spans: readonly ReceivedSpan[],
  expectation: TreeExpectation = {},
): ReceivedSpan {
  const { roots, orphans, repeated } = findTreeFaults(spans, expectation);
  const [root, ...others] = roots;
  if (root !== undefined && others.length + orphans.length + repeated.length === 0) return root;
  throw new Error(
    [
      `Not one tree of ${spans.length} spans`,
      `${roots.length} roots: ${roots.map(describe).join(', ') || 'none'}`,
      ...orphans.map((span) => `parent ${span.parentSpanId} missing: ${describe(span)}`),
      ...repeated.map((spanId) => `received more than once: ${spanId}`),
    ].join('\n  '),
  );
}

function describe(span: ReceivedSpan): string {
  const service = span.resource['service.name'] ?? 'unknown service';
  return `"${span.name}" (${span.spanId}, ${String(service)})`;
}
