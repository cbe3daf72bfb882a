import { SPAN_RULES, type SpanPlace } from '@aio/catalog/traces/span-rules';
import { SPANS, type SpanKey } from '@aio/catalog/traces/spans';
import type { ReceivedSpan } from '@aio/runtime/otlp/otlp-json';
import { type Excuses, type Findings, sortUnseen } from '../findings.ts';
import { EXCUSED_SPANS, identifySpan, SPAN_ENTRIES } from './check-spans.ts';

export type PlacedSpan = Pick<
  ReceivedSpan,
  'traceId' | 'spanId' | 'parentSpanId' | 'name' | 'kind' | 'attributes' | 'links'
>;

/**
 * Compares the places of spans with the catalogue in both directions: each span has a parent and links that its rule
 * allows, and each place of a rule was seen. No span was exported twice.
 * @param spans of complete traces
 */
export function checkPlaces(
  spans: readonly PlacedSpan[],
  excuses: Excuses = EXCUSED_SPANS,
): Findings {
  const faults = new Set<string>();
  const keys = new Map<string, SpanKey | null>();
  for (const span of spans) {
    if (keys.has(idOf(span))) faults.add(`span "${span.name}" was exported twice`);
    keys.set(idOf(span), identifySpan(span));
  }
  const placeOf = (traceId: string, spanId: string | null): SpanPlace | null =>
    spanId === null ? 'root' : (keys.get(idOf({ traceId, spanId })) ?? 'outside');

  const seen = new Set<string>();
  for (const span of spans) {
    const key = keys.get(idOf(span));
    // `checkSpans` reports unknown spans.
    if (!key) continue;
    const { parents, links = [] } = SPAN_RULES[key];
    const parent = placeOf(span.traceId, span.parentSpanId);
    if (parent !== null && parents.includes(parent)) seen.add(below(key, parent));
    else
      faults.add(`span "${SPANS[key].name}" lies below ${describe(parent)}, which no rule allows`);
    for (const link of span.links) {
      const target = placeOf(link.traceId, link.spanId);
      if (target !== null && links.includes(target)) seen.add(linked(key, target));
      else
        faults.add(`span "${SPANS[key].name}" links to ${describe(target)}, which no rule allows`);
    }
  }
  const declared = SPAN_ENTRIES.flatMap(([key]) => {
    const { parents, links = [] } = SPAN_RULES[key];
    return [
      ...parents.map((place) => below(key, place)),
      ...links.map((place) => linked(key, place)),
    ];
  });
  const sorted = sortUnseen(
    declared.filter((place) => !seen.has(place)),
    excuses,
  );
  return { faults: [...faults, ...sorted.faults], excused: sorted.excused };
}

function below(key: SpanKey, parent: SpanPlace): string {
  return `span "${SPANS[key].name}" never lies below ${describe(parent)}`;
}

function linked(key: SpanKey, target: SpanPlace): string {
  return `span "${SPANS[key].name}" never links to ${describe(target)}`;
}

function describe(place: SpanPlace | null): string {
  if (place === null) return 'a span that is not in the catalogue';
  if (place === 'root') return 'no span';
  return place === 'outside' ? 'a span that was not received' : `"${SPANS[place].name}"`;
}

function idOf({ traceId, spanId }: Pick<PlacedSpan, 'traceId' | 'spanId'>): string {
  return `${traceId} ${spanId}`;
}
