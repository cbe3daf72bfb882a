import { type DefinitionText, upstreamOf } from './definition-text.ts';
import { memberOf } from './schema-at.ts';
import type { Place } from './place.ts';

export interface Suggestion {
  label: string;
  type: 'property' | 'variable' | 'function' | 'enum' | 'class';
  detail?: string;
  info?: string;
  /** Text to insert; default: the label. */
  apply?: string;
}

export interface Suggestions {
  /** Suggestions replace the text from here to the cursor. */
  from: number;
  options: Suggestion[];
}

/** The expression up to the cursor; null = the cursor is in none. */
export function expressionAt({ path, role, typed }: Place): string | null {
  if (role !== 'value') return null;
  const open = typed.lastIndexOf('${{');
  if (open !== -1) {
    const text = typed.slice(open + 3);
    return text.includes('}}') ? null : text;
  }
  return isCondition(path) ? typed : null;
}

/** An `if` is an expression, with or without the braces. */
function isCondition(path: Place['path']): boolean {
  return path.length === 3 && path[0] === 'steps' && path[2] === 'if';
}

/** Suggestions within an expression; only upstream steps are in scope. null = none. */
export function completeExpression(
  expression: string,
  place: Place,
  { steps }: Pick<DefinitionText, 'steps'>,
  offset: number,
): Suggestions | null {
  if (isInString(expression)) return null;
  const [chain = ''] = /[A-Za-z_][\w.]*$/.exec(expression) ?? [];
  const names = chain.split('.');
  const word = names.pop()!;
  const from = offset - word.length;
  if (names.length === 0) {
    const before = expression.at(-1 - word.length);
    return before === '.' ? null : { from, options: rootOptions(place) };
  }
  return { from, options: memberOptions(names, place, steps) };
}

/** Whether the cursor is in a string literal. */
function isInString(expression: string): boolean {
  const bare = expression.replaceAll(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/g, '');
  return /["']/.test(bare);
}

function rootOptions({ path, value }: Place): Suggestion[] {
  const isBeforeSteps = path[0] === 'title' || path[0] === 'labels';
  const roots: Suggestion[] = [
    { label: 'input', type: 'variable', detail: 'of the run' },
    ...(isBeforeSteps ? [] : [{ label: 'steps', type: 'variable' as const, detail: 'upstream' }]),
    { label: 'run', type: 'variable', detail: 'run.id' },
  ];
  const step = path[0] === 'steps' ? memberOf(memberOf(value, 'steps'), path[1] ?? '') : undefined;
  const isItem = path[2] === 'step';
  if (isItem) {
    roots.push({ label: 'item', type: 'variable', detail: 'of the map' });
    roots.push({ label: 'index', type: 'variable', detail: 'of the item' });
  }
  const work = isItem ? memberOf(step, 'step') : step;
  const field = path[isItem ? 4 : 3];
  if (memberOf(work, 'type') === 'http' && (field === 'headers' || field === 'body')) {
    roots.push({ label: 'secrets', type: 'variable', detail: 'by name' });
  }
  return [
    ...roots,
    ...Object.entries(FUNCTION_SIGNATURES).map(([label, detail]) => ({
      label,
      type: 'function' as const,
      detail,
      apply: `${label}(`,
    })),
  ];
}

const STEP_MEMBERS: Suggestion[] = [
  { label: 'output', type: 'property', detail: 'null if skipped' },
  { label: 'status', type: 'property', detail: 'succeeded, failed, skipped, cancelled' },
  { label: 'error', type: 'property', detail: 'null unless it failed' },
  { label: 'attempts', type: 'property', detail: 'attempts started' },
];

function memberOptions(
  names: readonly string[],
  { path, value }: Place,
  steps: DefinitionText['steps'],
): Suggestion[] {
  const [root, id, member, ...rest] = names;
  if (root === 'run') return names.length === 1 ? [{ label: 'id', type: 'property' }] : [];
  if (root === 'input') return fieldsOf(memberOf(value, 'input'), names.slice(1));
  if (root !== 'steps') return [];
  if (id === undefined) {
    const isStep = path[0] === 'steps';
    const upstream = isStep ? upstreamOf(steps, String(path[1])) : null;
    return steps
      .filter((step) => upstream === null || upstream.has(step.id))
      .map((step) => ({ label: step.id, type: 'variable', detail: step.kind }));
  }
  if (member === undefined) return STEP_MEMBERS;
  return member === 'output' ? outputFields(memberOf(memberOf(value, 'steps'), id), rest) : [];
}

/** Output fields by kind. */
const OUTPUTS: Record<string, string[]> = {
  http: ['status', 'headers', 'body'],
  llm: ['text'],
  approval: ['decision', 'comment', 'by'],
  wait: ['payload'],
};

function outputFields(step: unknown, rest: readonly string[]): Suggestion[] {
  const schema = memberOf(memberOf(step, 'with'), 'schema');
  if (schema !== undefined) return fieldsOf(schema, rest);
  const kind = memberOf(step, 'type');
  const fields = rest.length === 0 && typeof kind === 'string' ? OUTPUTS[kind] : undefined;
  return (fields ?? []).map((label) => ({ label, type: 'property' }));
}

/** The properties that a JSON Schema has at a path. */
function fieldsOf(schema: unknown, names: readonly string[]): Suggestion[] {
  let current = schema;
  for (const name of names) current = memberOf(memberOf(current, 'properties'), name);
  const properties = memberOf(current, 'properties');
  return Object.entries(properties ?? {}).map(([label, property]) => {
    const type = memberOf(property, 'type');
    const info = memberOf(property, 'description');
    return {
      label,
      type: 'property',
      ...(typeof type === 'string' && { detail: type }),
      ...(typeof info === 'string' && { info }),
    };
  });
}

/** Signatures of the functions in expressions; complete.test.ts compares them with the engine's. */
export const FUNCTION_SIGNATURES: Readonly<Record<string, string>> = {
  size: 'size(x) -> int',
  string: 'string(x) -> string',
  int: 'int(x) -> int',
  double: 'double(x) -> double',
  bool: 'bool(x) -> bool',
  json: 'json(x) -> string',
  parseJson: 'parseJson(text) -> any',
  base64: 'base64(text) -> string',
  urlEncode: 'urlEncode(text) -> string',
  join: 'join(list, separator = "") -> string',
  chunks: 'chunks(text, size) -> list',
};
