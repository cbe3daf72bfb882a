import { REQUIRED_OF_FAILED, SPAN_RULES } from '@aio/catalog/traces/span-rules';
import { type SpanDefinition, type SpanKey, SPANS } from '@aio/catalog/traces/spans';
import type { ReceivedSpan } from '@aio/runtime/otlp/otlp-json';
import { type Excuses, type Findings, sortUnseen } from '../findings.ts';
import { faultOfValue } from './check-value.ts';

const IS_SHORT = 'only above 1 ms: services/worker/test/engine-work.test.ts';
const CONTENT = 'only if content is captured: services/worker/steps/llm/content.test.ts';
const POOL_IS_FULL = 'only if the pool is full: drill alerts --only locked-workflows';

/** Findings of `checkSpans` and `checkPlaces` that the load does not cause, with the drill (`npm run drill`) or test that does. */
export const EXCUSED_SPANS: Excuses = {
  'span "send {queue}" never has error.type': 'drill faults',
  'span "{method}" never has http.request.resend_count': 'services/worker/steps/http.test.ts',
  'span "{method} {route}" never lies below "{method}"': 'only if an http step calls the API',
  'span "{query}" never has db.response.status_code': 'services/api/test/telemetry.test.ts',
  'span "chat {model}" never has gen_ai.system_instructions': CONTENT,
  'span "chat {model}" never has gen_ai.input.messages': CONTENT,
  'span "chat {model}" never has gen_ai.output.messages': CONTENT,
  'span "started {workflow}" never has aio.run.retry_of': 'only if a retry lasts',
  'span "started {workflow}" never has aio.run.replay_of': 'only if a replay lasts',
  'span "acquire connection" never has db.response.status_code':
    'services/platform/test/pool.test.ts',
  'span "acquire connection" never has error.type': 'services/platform/test/pool.test.ts',
  'span "evaluate {field}" was not seen': IS_SHORT,
  'span "evaluate {field}" never has aio.step.id': IS_SHORT,
  'span "evaluate {field}" never has aio.step.attempt': IS_SHORT,
  'span "evaluate {field}" never has aio.step.iteration': IS_SHORT,
  'span "evaluate {field}" never lies below "run {workflow}"': IS_SHORT,
  'span "evaluate {field}" never lies below "process {queue}"': IS_SHORT,
  'span "commit" never lies below "process {queue}"': IS_SHORT,
  'span "acquire connection" was not seen': POOL_IS_FULL,
  'span "acquire connection" never lies below "process {queue}"': POOL_IS_FULL,
  'span "acquire connection" never lies below "run {workflow}"': POOL_IS_FULL,
  'span "acquire connection" never lies below "step {kind}"': POOL_IS_FULL,
  'span "acquire connection" never lies below "{method} {route}"': POOL_IS_FULL,
};

/** The parts of a received span that the catalogue describes. */
export type SeenSpan = Pick<ReceivedSpan, 'name' | 'kind' | 'attributes' | 'status'>;

/**
 * Compares spans with the catalogue in both directions: it has all spans and attributes, and all its entries were seen.
 * Each span has its required attributes, and `error.type` if it failed. Values have the catalogue's types.
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
    for (const [name, value] of Object.entries(span.attributes)) {
      names.add(name);
      const fault = faultOfValue(name, value);
      if (fault !== null) faults.add(`span "${SPANS[key].name}" ${fault}`);
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
function isNamed(key: SpanKey, attribute: string): boolean {
  return (SPANS[key].attributes as readonly string[]).includes(attribute);
}

/** `run {workflow}` -> /^run .+$/. A request without a route is named after its method. */
function patternOf(name: string): RegExp {
  const pattern = name.replace(' {route}', '( {route})?').replaceAll(/\{\w+\}/g, '.+');
  return new RegExp(`^${pattern}$`);
}
