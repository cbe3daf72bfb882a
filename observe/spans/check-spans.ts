import { REQUIRED_OF_FAILED, SPAN_RULES } from '@aio/catalog/span-rules';
import { SPANS, type SpanKey } from '@aio/catalog/spans';
import type { ReceivedSpan } from '@aio/runtime/otlp/otlp-json';
import { type Excuses, type Findings, sortUnseen } from '../findings.ts';
import { EXCUSED_SPANS } from './excused.ts';
import { identifySpan, isNamed, SPAN_ENTRIES } from './identify-span.ts';

/** The parts of a received span that the catalogue describes. */
export type SeenSpan = Pick<ReceivedSpan, 'name' | 'kind' | 'attributes' | 'status'>;

/**
 * Compares spans with the catalogue in both directions: it has all spans and attributes, and all its entries were seen.
 * Each span has its required attributes, and `error.type` if it failed.
 */
export function checkSpans(spans: readonly SeenSpan[], excuses: Excuses = EXCUSED_SPANS): Findings {
  const faults = new Set<string>();
  const seen = new Map<SpanKey, Set<string>>();
  for (const span of spans) {
    const key = identifySpan(span);
    if (key === null) {
      faults.add(`span "${span.name}" (${span.kind}) is not in the catalogue`);
      continue;
    }
    const names = seen.get(key) ?? new Set();
    seen.set(key, names);
    for (const name of Object.keys(span.attributes)) {
      names.add(name);
      if (!isNamed(key, name))
        faults.add(`span "${SPANS[key].name}" has ${name}, which the catalogue does not list`);
    }
    for (const fault of findLacks(key, span)) faults.add(fault);
  }
  const unseen = SPAN_ENTRIES.flatMap(([key, { name, attributes }]) => {
    const names = seen.get(key);
    if (!names) return [`span "${name}" was not seen`];
    return attributes
      .filter((attribute) => !names.has(attribute))
      .map((attribute) => `span "${name}" never has ${attribute}`);
  });
  const sorted = sortUnseen(unseen, excuses);
  return { faults: [...faults, ...sorted.faults], excused: sorted.excused };
}

function findLacks(key: SpanKey, { name, attributes, status }: SeenSpan): string[] {
  const lacks = SPAN_RULES[key].required
    .filter((attribute) => attributes[attribute] === undefined)
    .map((attribute) => `span "${name}" lacks ${attribute}, which is required`);
  if (status === 'error' && attributes[REQUIRED_OF_FAILED] === undefined)
    lacks.push(`span "${name}" failed without ${REQUIRED_OF_FAILED}`);
  return lacks;
}
