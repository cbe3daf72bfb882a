import { SPANS, type SpanDefinition, type SpanKey } from '@aio/catalog/spans';
import type { ReceivedSpan } from '@aio/runtime/otlp/otlp-json';

export const SPAN_ENTRIES = Object.entries(SPANS) as [SpanKey, SpanDefinition][];

const PATTERNS = new Map(SPAN_ENTRIES.map(([key, { name }]) => [key, patternOf(name)]));

/**
 * Which span of the catalogue it is; null = none. Several names may fit, since a name can be all variable: the entry
 * that names most of the attributes is meant.
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

/** Whether the catalogue names the attribute for spans of the kind. */
export function isNamed(key: SpanKey, attribute: string): boolean {
  return (SPANS[key].attributes as readonly string[]).includes(attribute);
}

/** `run {workflow}` -> /^run .+$/. A request that no route takes has its method for a name. */
function patternOf(name: string): RegExp {
  const pattern = name.replace(' {route}', '( {route})?').replaceAll(/\{\w+\}/g, '.+');
  return new RegExp(`^${pattern}$`);
}
