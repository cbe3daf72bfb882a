import type { Span } from '../../shared/api.ts';

/** A line of the trace: a span and its place in the tree. */
export interface SpanRow {
  span: Span;
  /** 0 = a root. */
  depth: number;
  hasChildren: boolean;
  isOpen: boolean;
  /** Its parent is missing: still open, or not exported. */
  isOrphan: boolean;
}

/** The spans as lines of a tree, children below their parent. @param closed ids of spans whose children are hidden */
export function spanRows(spans: readonly Span[], closed: ReadonlySet<string>): SpanRow[] {
  const known = new Set(spans.map(({ id }) => id));
  const below = Map.groupBy(spans, ({ parentId }) =>
    parentId !== null && known.has(parentId) ? parentId : null,
  );
  const rows: SpanRow[] = [];
  const open = (below.get(null) ?? []).map((span) => ({ span, depth: 0 })).toReversed();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { span, depth } = next;
    const children = below.get(span.id) ?? [];
    const isOpen = !closed.has(span.id);
    rows.push({
      span,
      depth,
      hasChildren: children.length > 0,
      isOpen,
      isOrphan: span.parentId !== null && !known.has(span.parentId),
    });
    if (isOpen)
      open.push(...children.map((child) => ({ span: child, depth: depth + 1 })).toReversed());
  }
  return rows;
}

/** Start and length of the trace, in ms. */
export function extentOf(spans: readonly Span[]): { fromMs: number; lengthMs: number } {
  const fromMs = Math.min(...spans.map(({ startMs }) => startMs));
  const toMs = Math.max(...spans.map(({ startMs, durationMs }) => startMs + durationMs));
  return { fromMs, lengthMs: Math.max(toMs - fromMs, 0.001) };
}

/** Left edge and width of a span's bar, in percent. */
export function placeOf(
  { startMs, durationMs }: Span,
  { fromMs, lengthMs }: ReturnType<typeof extentOf>,
): { left: number; width: number } {
  return {
    left: ((startMs - fromMs) / lengthMs) * 100,
    width: (durationMs / lengthMs) * 100,
  };
}

/** The spans that match a search, and their ancestors. */
export function matchingSpans(spans: readonly Span[], text: string): Span[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return [...spans];
  const byId = new Map(spans.map((span) => [span.id, span]));
  const kept = new Set<Span>();
  for (const span of spans.filter((one) => textOf(one).includes(wanted)))
    for (
      let at: Span | undefined = span;
      at !== undefined && !kept.has(at);
      at = byId.get(at.parentId ?? '')
    )
      kept.add(at);
  return spans.filter((span) => kept.has(span));
}

function textOf({ name, service, attributes }: Span): string {
  return `${name} ${service} ${Object.values(attributes).join(' ')}`.toLowerCase();
}
