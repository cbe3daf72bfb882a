import { isMap } from 'yaml';
import {
  type DefinitionText,
  keyOf,
  pairSpan,
  rangeOf,
  stepPair,
  stepsMap,
} from './definition-text.ts';
import { type Edit, indentAt, isJson, lineEnd } from './edits.ts';
import type { Kind, SchemaNode } from './schema-at.ts';

export interface NewStep {
  id: string;
  kind: Kind;
  /** The step that it needs and stands after; null = it needs none and stands last. */
  after: string | null;
}

/** Adds a valid step. @returns null if the text has a form that this cannot edit */
export function addStep({ document, text }: DefinitionText, step: NewStep): Edit[] | null {
  const body = bodyOf(step);
  const map = stepsMap(document);
  if (isJson(text)) return addToJson(text, step.id, body);
  if (!map || map.items.length === 0) return addFirst(text, document.contents, step.id, body);
  if (map.flow) return null;
  const previous =
    (step.after === null ? null : stepPair(document, step.after)) ?? map.items.at(-1)!;
  const start = rangeOf(map.items[0]!.key)?.[0] ?? 0;
  const end = lineEnd(text, pairSpan(previous, text).to);
  const isSpaced = map.items.length > 1 && map.items.slice(1).every(({ key }) => spaced(text, key));
  const insert = `\n${isSpaced ? '\n' : ''}${lines(step.id, body, indentAt(text, start))}`;
  return [{ from: end, to: end, insert }];
}

function addFirst(text: string, root: unknown, id: string, body: Json): Edit[] | null {
  const steps = lines(id, body, '  ');
  if (root === null) return [{ from: 0, to: text.length, insert: `steps:\n${steps}\n` }];
  if (!isMap(root)) return null;
  const pair = root.items.find(({ key }) => keyOf(key) === 'steps');
  if (!pair) {
    const end = text.trimEnd().length;
    return [{ from: end, to: text.length, insert: `\nsteps:\n${steps}\n` }];
  }
  const [from, to] = rangeOf(pair.key)!;
  const { to: end } = pairSpan(pair, text);
  const colon = text.slice(to, Math.max(end, to + 1)).includes(':')
    ? text.indexOf(':', to) + 1
    : to;
  return [{ from: Math.max(from, colon), to: Math.max(end, colon), insert: `\n${steps}` }];
}

/** Rewrites the whole JSON, which has no comments to lose. */
function addToJson(text: string, id: string, body: Json): Edit[] | null {
  try {
    const value = JSON.parse(text) as { steps?: Record<string, unknown> };
    const steps = { ...value.steps, [id]: body };
    const insert = JSON.stringify({ ...value, steps }, null, 2);
    return [{ from: 0, to: text.length, insert: `${insert}\n` }];
  } catch {
    return null;
  }
}

type Json = string | number | null | Json[] | { [key: string]: Json };

function bodyOf({ kind, after }: NewStep): { [key: string]: Json } {
  const needs: { [key: string]: Json } = after === null ? {} : { needs: [after] };
  return { type: kind.name, ...needs, ...(FIELDS[kind.name] ?? requiredOf(kind.schema)) };
}

/** Fields of a new step by kind. They are valid examples to change. */
const FIELDS: Record<string, { [key: string]: Json }> = {
  approval: { with: { message: 'May the run continue?' } },
  delay: { with: { duration: '30s' } },
  http: { with: { url: 'https://example.com' } },
  llm: { with: { model: 'openai/gpt-6-luna', prompt: 'Say hello.' } },
  map: {
    over: ['a', 'b'],
    step: { type: 'transform', with: { value: '${{ item }}' } },
  },
  transform: { with: { value: '${{ run.id }}' } },
  wait: { with: { event: 'order.paid', key: '${{ run.id }}' } },
  workflow: { with: { workflow: 'another-workflow' } },
};

/** The required fields of a kind that is not in FIELDS. */
function requiredOf({ properties = {}, required = [] }: SchemaNode): { [key: string]: Json } {
  const fields = required
    .filter((name) => name !== 'type')
    .map((name): [string, Json] => {
      const field = properties[name] ?? {};
      const example = field.examples?.[0] ?? field.enum?.[0];
      if (typeof example === 'string' || typeof example === 'number') return [name, example];
      return [name, field.properties ? requiredOf(field) : ''];
    });
  return Object.fromEntries(fields);
}

function lines(key: string, value: Json, indent: string): string {
  if (Array.isArray(value)) return `${indent}${key}: [${value.map(scalar).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return `${indent}${key}: ${scalar(value)}`;
  const members = Object.entries(value).map(([name, member]) => lines(name, member, `${indent}  `));
  return [`${indent}${key}:`, ...members].join('\n');
}

function scalar(value: Json): string {
  const isPlain = typeof value === 'string' && /^[A-Za-z$](?:[^:#]|:(?=\S))*$/.test(value);
  return isPlain ? value : JSON.stringify(value);
}

function spaced(text: string, key: unknown): boolean {
  const start = text.lastIndexOf('\n', rangeOf(key)?.[0] ?? 0) + 1;
  return /\n[ \t]*\n(?:[ \t]*#[^\n]*\n)*$/.test(text.slice(0, start));
}
