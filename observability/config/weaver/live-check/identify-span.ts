import type { SpanDefinition } from './live-registry.ts';
import type { SpanSample } from './samples.ts';

/**
 * Finds the definition of a span by its name. If several names fit, the one with the most attributes of the span wins,
 * then the one of its kind. A definition of another kind counts only if its name has a fixed part.
 */
export function identifySpan(
  span: Pick<SpanSample, 'name' | 'kind' | 'attributes'>,
  definitions: readonly SpanDefinition[],
): SpanDefinition | undefined {
  const isOfKind = ({ kind }: SpanDefinition) => kind === span.kind;
  return definitions
    .filter(
      (one) =>
        patternOf(one.name.note).test(span.name) && (isOfKind(one) || hasFixedPart(one.name.note)),
    )
    .toSorted(
      (a, b) => sharedBy(span, b) - sharedBy(span, a) || Number(isOfKind(b)) - Number(isOfKind(a)),
    )[0];
}

function sharedBy(
  { attributes }: Pick<SpanSample, 'attributes'>,
  { attributes: refs }: SpanDefinition,
) {
  return refs.filter(({ ref }) => attributes.some(({ name }) => name === ref)).length;
}

function hasFixedPart(note: string): boolean {
  return note.replaceAll(/\{[^}]*\}/g, '').trim() !== '';
}

/** `run {workflow}` -> /^run .+$/. The last part of a name may be absent: `{method} {route}` without a route. */
function patternOf(note: string): RegExp {
  const escaped = note.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`);
  const pattern = escaped.replace(/(?<=\}) \{[^}]*\}$/, '( .+)?').replaceAll(/\{[^}]*\}/g, '.+');
  return new RegExp(`^${pattern}$`);
}
