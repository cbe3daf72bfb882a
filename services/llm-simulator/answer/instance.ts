import { draw } from '../draw.ts';
import { countMentions, findMaterial, splitSentences, summarize } from './text.ts';

/** The keywords of JSON Schema that structured outputs allow. */
export interface AnswerSchema {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: AnswerSchema[];
  oneOf?: AnswerSchema[];
  allOf?: AnswerSchema[];
  $ref?: string;
  $defs?: Record<string, AnswerSchema>;
  properties?: Record<string, AnswerSchema>;
  required?: string[];
  items?: AnswerSchema;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  multipleOf?: number;
  format?: string;
  description?: string;
}

interface Question {
  prompt: string;
  seed: number;
  root: AnswerSchema;
}

/** Returns an instance of the schema with values that the prompt mentions. The same prompt gives the same instance. */
export function makeInstance(schema: AnswerSchema, prompt: string, seed: number): unknown {
  return instantiate(schema, { prompt, seed, root: schema }, '', 0);
}

/** Ends schemas that refer to themselves. */
const MAX_DEPTH = 12;

function instantiate(
  written: AnswerSchema,
  question: Question,
  path: string,
  depth: number,
): unknown {
  const schema = { ...readAdvice(written.description), ...written };
  if (schema.$ref !== undefined && depth < MAX_DEPTH)
    return instantiate(resolveRef(schema.$ref, question.root), question, path, depth + 1);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return chooseMentioned(schema.enum, question, path);
  const variants = schema.anyOf ?? schema.oneOf;
  if (variants?.[0] !== undefined) return instantiate(variants[0], question, path, depth + 1);
  if (schema.allOf !== undefined) return instantiate(mergeAll(schema.allOf), question, path, depth);
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case 'object':
      return makeObject(schema, question, path, depth);
    case 'array':
      return makeArray(schema, question, path, depth);
    case 'integer':
      return makeNumber(schema, question, path, schema.multipleOf ?? 1);
    case 'number':
      return makeNumber(schema, question, path, schema.multipleOf ?? 0.01);
    case 'boolean':
      return draw(question.seed, question.prompt, path) < 0.5;
    case 'null':
      return null;
    default:
      return schema.properties === undefined
        ? makeString(schema, question)
        : makeObject(schema, question, path, depth);
  }
}

/** Reads the limits that Anthropic's SDK moves to the end of a description: `{minimum: 1}`. */
function readAdvice(description = ''): AnswerSchema {
  const advice = /\{([^{}]*)\}$/.exec(description)?.[1] ?? '';
  const limits = [...advice.matchAll(/(\w+): (-?\d+(?:\.\d+)?)/g)];
  return Object.fromEntries(limits.map(([, name, value]) => [name, Number(value)]));
}

function makeObject(schema: AnswerSchema, question: Question, path: string, depth: number): object {
  const object: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const required = schema.required?.includes(name) ?? false;
    if (!required && depth >= MAX_DEPTH) continue;
    object[name] = instantiate(property, question, `${path}/${name}`, depth + 1);
  }
  return object;
}

/** Takes strings from the names or sentences of the prompt, and creates other items one by one. */
function makeArray(
  schema: AnswerSchema,
  question: Question,
  path: string,
  depth: number,
): unknown[] {
  const items = schema.items ?? { type: 'string' };
  const least = schema.minItems ?? 1;
  const most = schema.maxItems ?? Math.max(least, 3);
  if (items.enum !== undefined) return chooseAllMentioned(items.enum, question, path, least, most);
  if (items.type === 'string') {
    const names = findNames(question.prompt);
    const found = names.length > 0 ? names : splitSentences(materialOf(question));
    if (found.length >= least) return found.slice(0, most);
  }
  return Array.from({ length: least }, (_, index) =>
    instantiate(items, question, `${path}/${index}`, depth + 1),
  );
}

function makeNumber(schema: AnswerSchema, question: Question, path: string, unit: number): number {
  const least = schema.minimum ?? (schema.exclusiveMinimum ?? -unit) + unit;
  const most = schema.maximum ?? (schema.exclusiveMaximum ?? least + 10 + unit) - unit;
  const first = Math.ceil(least / unit);
  const count = Math.max(Math.floor(most / unit) - first + 1, 1);
  const drawn = first + Math.floor(draw(question.seed, question.prompt, path) * count);
  return Number((drawn * unit).toFixed(6));
}

const FORMATS: Record<string, string> = {
  'date-time': '2026-01-01T00:00:00Z',
  date: '2026-01-01',
  time: '00:00:00Z',
  email: 'someone@example.com',
  uri: 'https://example.com/',
  uuid: '00000000-0000-4000-8000-000000000000',
};

function makeString(schema: AnswerSchema, question: Question): string {
  const formatted = schema.format === undefined ? undefined : FORMATS[schema.format];
  const text = formatted ?? summarize(materialOf(question), 2);
  return text.slice(0, schema.maxLength).padEnd(schema.minLength ?? 0, '.');
}

/** The value that the prompt mentions most. A draw decides between equals. */
function chooseMentioned(values: unknown[], question: Question, path: string): unknown {
  return rankByMentions(values, question, path)[0]?.value;
}

function chooseAllMentioned(
  values: unknown[],
  question: Question,
  path: string,
  least: number,
  most: number,
): unknown[] {
  const ranked = rankByMentions(values, question, path);
  const mentioned = ranked.filter(({ mentions }) => mentions > 0).length;
  return ranked.slice(0, Math.min(Math.max(mentioned, least), most)).map(({ value }) => value);
}

function rankByMentions(values: unknown[], { prompt, seed }: Question, path: string) {
  return values
    .map((value) => ({
      value,
      mentions: countMentions(prompt, String(value)),
      tie: draw(seed, prompt, path, String(value)),
    }))
    .sort((a, b) => b.mentions - a.mentions || a.tie - b.tie);
}

function materialOf({ prompt }: Question): string {
  return findMaterial(prompt) ?? prompt;
}

/** Distinct values of `"name"` in the prompt's JSON, in order. */
function findNames(prompt: string): string[] {
  const names = [...prompt.matchAll(/"name"\s*:\s*"([^"\\]{1,80})"/g)].map((match) => match[1]!);
  return [...new Set(names)];
}

function resolveRef(ref: string, root: AnswerSchema): AnswerSchema {
  if (ref === '#') return root;
  return root.$defs?.[ref.replace(/^#\/\$defs\//, '')] ?? {};
}

function mergeAll(schemas: AnswerSchema[]): AnswerSchema {
  return schemas.reduce<AnswerSchema>(
    (merged, schema) => ({
      ...merged,
      ...schema,
      properties: { ...merged.properties, ...schema.properties },
      required: [...(merged.required ?? []), ...(schema.required ?? [])],
    }),
    {},
  );
}
