import { SPANS, type SpanDefinition, type SpanKey } from '@aio/catalog/spans';
import type { ReceivedSpan } from '@aio/runtime/otlp/otlp-json';

export const SPAN_ENTRIES = Object.entries(SPANS) as [SpanKey, SpanDefinition][];

const PATTERNS = new Map(SPAN_ENTRIES.map(([key, { name }]) => [key, patternOf(name)]));

/**
 * Finds the catalogue's entry of a span; null = none. If several names match, because a name may be entirely variable,
 * the entry with the most matching attributes wins.
 */
export function identifySpan({
  name,
  kind,
  attributes,
}: Pick<ReceivedSpan, 'name' | 'kind' | 'attributes'>): SpanKey | null {
  const names = Object.keys(attributes);
  let best: { key: SpanKey; named: number } | null = null;
  for (const [key, span] of SPAN_ENTRIES) {
    if (span.kind !== kind || !PATTERNS.get(key)!.test(name)) continue;
    const named = names.filter((one) => isNamed(key, one)).length;
    if (best === null || named > best.named) best = { key, named };
  }
  return best && best.key;
}

/** Whether the catalogue lists the attribute for the span. */
export function isNamed(key: SpanKey, attribute: string): boolean {
  return (SPANS[key].attributes as readonly string[]).includes(attribute);
}

/** `run {workflow}` -> /^run .+$/. A request without a route is named after its method. */
function patternOf(name: string): RegExp {
  const pattern = name.replace(' {route}', '( {route})?').replaceAll(/\{\w+\}/g, '.+');
  return new RegExp(`^${pattern}$`);
}
