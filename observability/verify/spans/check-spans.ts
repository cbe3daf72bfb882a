import { ATTRIBUTES } from '@aio/catalog/attributes';
import { SPANS, type SpanDefinition, type SpanKey } from '@aio/catalog/spans';
import type { ReceivedSpan } from '@aio/runtime/otlp/otlp-json';

/** A span as a collector receives it, as far as the catalogue names it. */
export type SeenSpan = Pick<ReceivedSpan, 'name' | 'kind' | 'attributes'>;

/** What the load does not bring about, and what does: a drill (`npm run drill`) or a test. */
export const SET_ELSEWHERE: Readonly<Partial<Record<SpanKey, Readonly<Record<string, string>>>>> = {
  send: { [ATTRIBUTES.errorType]: 'drill faults' },
  httpClient: { [ATTRIBUTES.httpRequestResendCount]: 'services/worker/steps/http.test.ts' },
  database: { [ATTRIBUTES.dbResponseStatusCode]: 'services/api/test/telemetry.test.ts' },
  connectionWait: {
    [ATTRIBUTES.dbResponseStatusCode]: 'services/platform/test/pool.test.ts',
    [ATTRIBUTES.errorType]: 'services/platform/test/pool.test.ts',
  },
  llm: {
    [ATTRIBUTES.genAiOutputType]: 'services/worker/steps/client-spans.test.ts',
    [ATTRIBUTES.genAiUsageCacheReadInputTokens]: 'services/worker/steps/llm/usage.test.ts',
    [ATTRIBUTES.genAiUsageCacheWriteInputTokens]: 'services/worker/steps/llm/usage.test.ts',
    [ATTRIBUTES.genAiUsageReasoningOutputTokens]: 'services/worker/steps/llm/usage.test.ts',
  },
};

const ENTRIES = Object.entries(SPANS) as [SpanKey, SpanDefinition][];
const PATTERNS = new Map(ENTRIES.map(([key, { name }]) => [key, patternOf(name)]));

/**
 * Holds the spans of a system against the catalogue, both ways.
 * @returns one line for each span and attribute that was seen and is not in the catalogue, or is in it and was not seen
 */
export function checkSpans(
  spans: readonly SeenSpan[],
  setElsewhere: typeof SET_ELSEWHERE = SET_ELSEWHERE,
): string[] {
  const faults = new Set<string>();
  const seen = new Map<SpanKey, Set<string>>();
  for (const span of spans) {
    const key = keyOf(span);
    if (key === null) {
      faults.add(`span "${span.name}" (${span.kind}) is not in the catalogue`);
      continue;
    }
    const names = seen.get(key) ?? new Set();
    seen.set(key, names);
    for (const name of Object.keys(span.attributes)) {
      names.add(name);
      if (!isCatalogued(key, name)) {
        faults.add(`span "${SPANS[key].name}" has ${name}, which the catalogue does not name`);
      }
    }
  }
  for (const [key, { name, attributes }] of ENTRIES) {
    const names = seen.get(key);
    if (!names) {
      faults.add(`span "${name}" was not seen`);
      continue;
    }
    for (const attribute of attributes) {
      if (names.has(attribute) || setElsewhere[key]?.[attribute]) continue;
      faults.add(`span "${name}" never has ${attribute}`);
    }
  }
  return [...faults];
}

/** Several names may fit, since a name can be all variable: the entry that names most of the attributes is meant. */
function keyOf({ name, kind, attributes }: SeenSpan): SpanKey | null {
  const names = Object.keys(attributes);
  let best: { key: SpanKey; named: number } | null = null;
  for (const [key, span] of ENTRIES) {
    if (span.kind !== kind || !PATTERNS.get(key)!.test(name)) continue;
    const named = names.filter((one) => isCatalogued(key, one)).length;
    if (best === null || named > best.named) best = { key, named };
  }
  return best && best.key;
}

function isCatalogued(key: SpanKey, attribute: string): boolean {
  return (SPANS[key].attributes as readonly string[]).includes(attribute);
}

/** `run {workflow}` -> /^run .+$/. A request that no route takes has its method for a name. */
function patternOf(name: string): RegExp {
  const pattern = name.replace(' {route}', '( {route})?').replaceAll(/\{\w+\}/g, '.+');
  return new RegExp(`^${pattern}$`);
}
