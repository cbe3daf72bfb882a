import {
  completeExpression,
  expressionAt,
  type Suggestion,
  type Suggestions,
} from './complete-expression.ts';
import { type DefinitionText, readDefinitionText, upstreamOf } from './definition-text.ts';
import { type Place, placeAt } from './place.ts';
import { kindDescription, kindsOf, memberOf, schemaAt, type SchemaNode } from './schema-at.ts';

/** Suggestions at the cursor: keys, values, steps, parts of an expression. null = none. */
export function complete(text: string, offset: number, root: SchemaNode): Suggestions | null {
  const place = placeAt(text, offset);
  if (place === null) return null;
  const definition = readDefinitionText(text);
  const expression = expressionAt(place);
  if (expression !== null) return completeExpression(expression, place, definition, offset);
  const options = [...keysAt(place, root), ...valuesAt(place, root, definition)];
  return options.length === 0 ? null : { from: place.from, options };
}

function keysAt({ path, role, siblings, hasColon, value }: Place, root: SchemaNode): Suggestion[] {
  if (role !== 'key') return [];
  const schema = schemaAt(root, path, value);
  const required = new Set(schema?.required);
  return Object.entries(schema?.properties ?? {})
    .filter(([name]) => !siblings.includes(name))
    .map(([name, property]) => ({
      label: name,
      type: 'property',
      ...(required.has(name) && { detail: 'required' }),
      ...infoOf(property),
      ...(!hasColon && { apply: `${name}: ` }),
    }));
}

function valuesAt(place: Place, root: SchemaNode, definition: DefinitionText): Suggestion[] {
  const { path, value, typed } = place;
  const needsOf = needsPlace(path);
  if (needsOf !== null) return needOptions(needsOf, place, definition);
  const schema = schemaAt(root, path, value);
  if (schema === null || (place.role === 'key' && schema.properties)) return [];
  const kinds = path.at(-1) === 'type' ? kindsOf(root) : [];
  const known = schema.enum ?? (schema.const === undefined ? [] : [schema.const]);
  const isKind = kinds.length > 0 && known.every((one) => kinds.some(({ name }) => name === one));
  const values = [...known, ...(schema.examples ?? [])].filter(
    (one) => typeof one !== 'object' || one === null,
  );
  return values
    .filter((one) => String(one).startsWith(typed.trimStart()) || typed.length < 3)
    .map((one) => {
      const description = isKind ? kindDescription(root, one) : null;
      return {
        label: String(one),
        type: isKind ? 'class' : 'enum',
        ...(description && { info: description }),
      };
    });
}

/** The step whose `needs` contain the path; null = none. */
function needsPlace(path: Place['path']): string | null {
  const [steps, id, needs, index] = path;
  const isThere = steps === 'steps' && needs === 'needs' && typeof index === 'number';
  return isThere ? String(id) : null;
}

/** Steps to suggest as a need: those that make no cycle and are not needed yet. */
function needOptions(id: string, { value }: Place, { steps }: DefinitionText): Suggestion[] {
  const given = memberOf(memberOf(memberOf(value, 'steps'), id), 'needs');
  const taken = new Set(Array.isArray(given) ? given.map(String) : []);
  const isPossible = (step: { id: string }): boolean =>
    step.id !== id && !taken.has(step.id) && !upstreamOf(steps, step.id).has(id);
  return steps
    .filter(isPossible)
    .map((step) => ({ label: step.id, type: 'variable', detail: step.kind }));
}

/** The schema's description of the word at an offset; null = none. */
export function describeAt(text: string, offset: number, root: SchemaNode): string | null {
  const place = placeAt(text, offset);
  if (place === null || expressionAt(place) !== null) return null;
  const [rest] = /^[\w-]*/.exec(text.slice(offset))!;
  const word = place.typed + rest;
  if (place.role === 'value')
    return place.path.at(-1) === 'type' ? kindDescription(root, word) : null;
  const schema = schemaAt(root, [...place.path, word], place.value);
  return schema?.description || null;
}

function infoOf({ description }: SchemaNode): { info?: string } {
  return description ? { info: description } : {};
}
