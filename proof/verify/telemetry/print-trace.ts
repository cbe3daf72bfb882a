import { explainTime } from '@aio/runtime/testing/explained-time';
import type { ReceivedSpan } from '@aio/runtime/otlp/otlp-json';
import { findTreeFaults } from '@aio/runtime/testing/span-tree';

/**
 * A trace as a tree: each span with its start after the trace's and its duration. Then the unexplained time of each run,
 * links to other traces, and faults of the tree.
 */
export function printTrace(spans: readonly ReceivedSpan[]): string[] {
  const known = new Set(spans.map(({ spanId }) => spanId));
  const below = Map.groupBy(spans, ({ parentSpanId }) =>
    parentSpanId !== null && known.has(parentSpanId) ? parentSpanId : null,
  );
  const since = Math.min(...spans.map(({ startTime }) => startTime));
  const rows: { label: string; span: ReceivedSpan }[] = [];
  const add = (parent: string | null, indent: string) => {
    const children = (below.get(parent) ?? []).toSorted((a, b) => a.startTime - b.startTime);
    for (const [index, span] of children.entries()) {
      const isLast = index === children.length - 1;
      const isRoot = parent === null;
      rows.push({ label: `${indent}${isRoot ? '' : isLast ? '└ ' : '├ '}${describe(span)}`, span });
      add(span.spanId, isRoot ? indent : `${indent}${isLast ? '  ' : '│ '}`);
    }
  };
  add(null, '');
  const width = Math.max(...rows.map(({ label }) => label.length));
  return [
    ...rows.map(({ label, span }) => {
      const begun = `+${ms(span.startTime - since)}`.padStart(11);
      return `${label.padEnd(width)} ${begun} ${ms(span.endTime - span.startTime).padStart(11)}`;
    }),
    '',
    ...spans.filter(({ name }) => name.startsWith('run ')).map((run) => explain(spans, run)),
    ...spans.flatMap(linkedTraces),
    ...describeTree(spans),
  ];
}

function describe({ name, attributes, status }: ReceivedSpan): string {
  const item = attributes['aio.step.iteration'];
  const step = attributes['aio.step.id'];
  const of = step === undefined ? '' : ` ${String(step)}${item === undefined ? '' : `[${item}]`}`;
  const attempt = Number(attributes['aio.step.attempt'] ?? 1);
  return [
    `${name}${of}`,
    attempt > 1 && ` attempt ${attempt}`,
    status === 'error' && ` ✖ ${String(attributes['error.type'])}`,
  ]
    .filter(Boolean)
    .join('');
}

/** For example of the request that cancelled a run or decided an approval. */
function linkedTraces(span: ReceivedSpan): string[] {
  return span.links
    .filter(({ traceId }) => traceId !== span.traceId)
    .map(({ traceId }) => `${describe(span)} links to trace ${traceId}`);
}

function explain(spans: readonly ReceivedSpan[], run: ReceivedSpan): string {
  const { total, explained, gaps } = explainTime(spans, run);
  const share = total === 0 ? 0 : ((total - explained) / total) * 100;
  const [longest] = gaps;
  const where = longest
    ? `; longest gap ${ms(longest.to - longest.from)}, after ${ms(longest.from)}`
    : '';
  return `${run.name}: ${ms(total)}, unexplained ${ms(total - explained)} (${share.toFixed(1)} %)${where}`;
}

function describeTree(spans: readonly ReceivedSpan[]): string[] {
  const { roots, orphans, repeated } = findTreeFaults(spans);
  // The span of the client that started the trace is never received.
  const missing = orphans.filter(({ kind }) => kind !== 'server');
  return [
    `${spans.length} spans, ${roots.length + orphans.length - missing.length} roots, ${missing.length} without parent, ${repeated.length} received twice`,
    ...missing.map(({ name, parentSpanId }) => `  ${name}: parent ${parentSpanId} is missing`),
  ];
}

function ms(value: number): string {
  return value >= 10_000 ? `${(value / 1000).toFixed(2)} s` : `${value.toFixed(1)} ms`;
}
