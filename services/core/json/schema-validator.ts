/** Validators from JSON Schemas; the one place that knows Ajv's options. */

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { AioError, type Fault } from '../errors.ts';
import { compilePattern } from '../expression/pattern.ts';
import { replaceComparisons } from './comparisons.ts';
import { describeErrors } from './describe-errors.ts';
import { walkSchema } from './walk-schema.ts';

/**
 * Work of one validation in units of about one subschema applied to one value. Without it, schemas
 * whose references branch take time exponential in the depth of the data.
 */
export const MAX_VALIDATION_COST = 1_000_000;

/** Values beyond which only the first fault is looked for: each fault takes memory. */
const MAX_VALUES_FOR_ALL_FAULTS = 20_000;

/**
 * Keywords that Ajv acts upon though 2020-12 does not have them. `$async` would make a validator
 * that answers with a promise, `id` and `nullable` can make the compilation fail.
 */
const FOREIGN_KEYWORDS = ['$async', 'dependencies', 'id', 'nullable', '$recursiveRef'];

const COST_KEYWORD = 'x-aio-cost';

/** Gives all faults of a value (pointers into it); none = it is valid. Never throws. */
export type Validate = (value: unknown) => Fault[];

export interface CompileSchemaOptions {
  /** Knows `discriminator` (of OpenAPI) beside `oneOf`; faults then tell of the one branch. */
  discriminator?: boolean;
}

/**
 * Compiles a JSON Schema (2020-12). Patterns are matched and values compared in linear time, and
 * the work of a validation is bounded, so the schema may come from anybody. Compiles on first use.
 *
 * @returns a validator; it throws AioError `bad_schema` on first use when the schema cannot be
 *   compiled, which `checkSchema` would have told
 */
export function compileSchema(schema: unknown, options: CompileSchemaOptions = {}): Validate {
  const meter = { cost: 0 };
  const compiled = new Map<boolean, ValidateFunction>();

  function validator(allErrors: boolean): ValidateFunction {
    const known = compiled.get(allErrors);
    if (known) return known;
    const fresh = compileWithAjv(schema, { ...options, allErrors }, (units) => {
      meter.cost += units;
      if (meter.cost > MAX_VALIDATION_COST) throw new ValidationTooCostly();
    });
    compiled.set(allErrors, fresh);
    return fresh;
  }

  return (value) => {
    const validate = validator(isSmall(value));
    meter.cost = 0;
    try {
      return validate(value) ? [] : describeErrors(validate.errors ?? []);
    } catch (error) {
      return [describeBreakdown(error)];
    }
  };
}

class ValidationTooCostly extends Error {}

function describeBreakdown(error: unknown): Fault {
  const isBounded = error instanceof ValidationTooCostly || error instanceof RangeError;
  if (!isBounded) throw error;
  return {
    pointer: '',
    rule: 'validation_cost',
    message: 'checking this value against the schema takes too long',
    hint: 'make the value smaller, or the schema simpler: fewer references and alternatives',
  };
}

function compileWithAjv(
  schema: unknown,
  options: { allErrors: boolean; discriminator?: boolean },
  spend: (units: number) => void,
): ValidateFunction {
  // An instance keeps all it ever compiled, so each schema gets its own; without meta-schemas that
  // takes well under a millisecond.
  const ajv = new Ajv2020({
    ...options,
    verbose: true,
    strict: false,
    meta: false,
    validateSchema: false,
    ownProperties: true,
    logger: false,
    code: { regExp: Object.assign(meteredPattern(spend), { code: 'meteredPattern' }) },
  });
  addFormats.default(ajv, { mode: 'fast' });
  // Without `valid: true`: Ajv's optimizer drops a call whose result it does not need.
  ajv.addKeyword({
    keyword: COST_KEYWORD,
    schemaType: 'number',
    validate: (units: number) => (spend(units), true),
  });
  replaceComparisons(ajv);
  try {
    return ajv.compile(withCosts(schema));
  } catch (error) {
    throw new AioError('bad_schema', `the schema cannot be used: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** A copy in which every subschema says what applying it costs. */
function withCosts(schema: unknown): boolean | Record<string, unknown> {
  if (typeof schema === 'boolean') return schema;
  const copy = structuredClone(schema) as Record<string, unknown>;
  delete copy['$id'];
  delete copy['$schema'];
  const faults = walkSchema(copy, (part) => {
    for (const keyword of FOREIGN_KEYWORDS) delete part[keyword];
    part[COST_KEYWORD] = 1;
  });
  if (faults[0]) throw new AioError('bad_schema', faults[0].message);
  return copy;
}

/** Ajv takes patterns with the same text for one, so each must give its own. */
function meteredPattern(spend: (units: number) => void) {
  return (source: string) => {
    const pattern = compilePattern(source);
    return {
      toString: () => source,
      test(text: string): boolean {
        spend(pattern.cost(text));
        return pattern.test(text);
      },
    };
  };
}

function isSmall(value: unknown): boolean {
  const rest = [value];
  let values = 0;
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    const members = Object.values(next);
    values += members.length;
    if (values > MAX_VALUES_FOR_ALL_FAULTS) return false;
    for (const member of members) rest.push(member ?? null);
  }
  return true;
}
