/** The keywords of the workflow's JSON Schema that the editor uses. */
export interface SchemaNode {
  $ref?: string;
  $defs?: Record<string, SchemaNode>;
  type?: string | string[];
  description?: string;
  const?: unknown;
  enum?: unknown[];
  examples?: unknown[];
  properties?: Record<string, SchemaNode>;
  required?: string[];
  additionalProperties?: boolean | SchemaNode;
  patternProperties?: Record<string, SchemaNode>;
  items?: SchemaNode;
  oneOf?: SchemaNode[];
  /** Applies unless the value is an expression. */
  else?: SchemaNode;
}

interface Kind {
  name: string;
  description: string;
  /** The step's fields. */
  schema: SchemaNode;
}

/** The kinds of steps in the schema. */
export function kindsOf(root: SchemaNode): Kind[] {
  return kindsIn(root.$defs?.['Step']);
}

/** The schema at a path of a definition; null = unknown. @param value the parsed definition */
export function schemaAt(
  root: SchemaNode,
  path: readonly (string | number)[],
  value: unknown,
): SchemaNode | null {
  let schema: SchemaNode | null = plain(root, root, value);
  let current = value;
  for (const part of path) {
    if (schema === null) return null;
    const child = childOf(schema, part);
    current = memberOf(current, part);
    schema = child === null ? null : plain(child, root, current);
  }
  return schema;
}

function childOf(schema: SchemaNode, part: string | number): SchemaNode | null {
  if (typeof part === 'number') return schema.items ?? null;
  const { properties = {}, patternProperties = {}, additionalProperties } = schema;
  if (Object.hasOwn(properties, part)) return properties[part]!;
  const [pattern] = Object.values(patternProperties);
  if (pattern) return pattern;
  return typeof additionalProperties === 'object' ? additionalProperties : null;
}

/** Resolves references and alternatives; the value decides among alternatives. */
function plain(schema: SchemaNode, root: SchemaNode, value: unknown): SchemaNode {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').at(-1)!;
    const target = schema.$ref === JSON_SCHEMA_REF ? JSON_SCHEMA : root.$defs?.[name];
    return target ? plain(target, root, value) : {};
  }
  if (schema.oneOf) return ofKind(schema, value);
  if (schema.else) return { ...schema, ...schema.else };
  return isAnySchema(schema) ? { ...JSON_SCHEMA, description: schema.description ?? '' } : schema;
}

/** The schema of the step's `type`, or of all kinds together until it has one. */
function ofKind(schema: SchemaNode, value: unknown): SchemaNode {
  const kinds = kindsIn(schema);
  const chosen = kinds.find(({ name }) => name === memberOf(value, 'type'));
  const type: SchemaNode = {
    description: schema.description ?? '',
    enum: kinds.map(({ name }) => name),
  };
  const properties = chosen
    ? chosen.schema.properties
    : Object.assign({}, ...kinds.map((kind) => kind.schema.properties));
  return {
    ...(chosen?.schema ?? { description: schema.description ?? '', required: ['type'] }),
    properties: { ...properties, type },
    oneOf: schema.oneOf ?? [],
  };
}

function kindsIn(schema: SchemaNode | undefined): Kind[] {
  return (schema?.oneOf ?? []).map((step) => ({
    name: String(step.properties?.['type']?.const ?? ''),
    description: step.description ?? '',
    schema: step,
  }));
}

/** Description of a kind of step; null = unknown kind. */
export function kindDescription(root: SchemaNode, name: unknown): string | null {
  return kindsOf(root).find((kind) => kind.name === name)?.description ?? null;
}

export function memberOf(value: unknown, part: string | number): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, part)
    ? (value as Record<string | number, unknown>)[part]
    : undefined;
}

/** Whether the value is itself a JSON Schema: of the input, or of a model's answer. */
function isAnySchema({ type, description = '', properties }: SchemaNode): boolean {
  return type === 'object' && !properties && description.startsWith('JSON Schema');
}

const JSON_SCHEMA_REF = '#json-schema';
const nested: SchemaNode = { $ref: JSON_SCHEMA_REF };
const JSON_SCHEMA: SchemaNode = {
  type: 'object',
  properties: {
    type: {
      description: 'The type of the value.',
      enum: ['object', 'array', 'string', 'integer', 'number', 'boolean', 'null'],
    },
    title: { description: 'The label of its field in the start form.' },
    description: { description: 'Shown with its field in the start form.' },
    default: { description: 'The start form fills in this value.' },
    examples: { description: 'Examples of the whole input that the start form offers.' },
    enum: { description: 'The allowed values.' },
    properties: { description: 'Fields by name.', additionalProperties: nested },
    required: { description: 'Names of the required fields.' },
    additionalProperties: { description: 'false = no other fields.', enum: [false] },
    items: nested,
    minLength: { description: 'Minimum number of characters.' },
    maxLength: { description: 'Maximum number of characters.' },
    pattern: { description: 'Regular expression (RE2).' },
    format: { enum: ['date', 'date-time', 'email', 'uri', 'uuid'] },
    minimum: {},
    maximum: {},
    minItems: {},
    maxItems: {},
  },
};
