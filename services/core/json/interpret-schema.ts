/**
 * Interprets untrusted JSON Schemas (2020-12). Nothing limits the time in which Ajv compiles one
 * (README.md has figures).
 */

import type { Fault } from '../errors.ts';
import { describeErrors, shorten, type SchemaError } from './describe-errors.ts';
import { APPLICATORS } from './interpret/applicators.ts';
import { ASSERTIONS } from './interpret/assertions.ts';
import { CHILDREN, UNEVALUATED } from './interpret/children.ts';
import { COUNTS } from './interpret/counts.ts';
import { Evaluated } from './interpret/evaluated.ts';
import type { Application, Check, Path, Run } from './interpret/node.ts';
import { UnusableSchema, ValidationTooCostly, Work } from './interpret/work.ts';
import { escapePointer } from './pointer.ts';
import { References } from './references.ts';
import type { Validate } from './schema-validator.ts';
import { isObject, walkSchema, type Schema } from './walk-schema.ts';

/** Validation stops after this many faults, more than it reports. */
const MAX_ERRORS = 1_000;

const KEYWORDS = Object.entries({
  ...ASSERTIONS,
  ...COUNTS,
  ...APPLICATORS,
  ...CHILDREN,
  ...UNEVALUATED,
});

/**
 * Reads a schema on first use. A validation takes at most some 100 ms; a longer one ends with the
 * fault `validation_cost`. If `checkSchema` refuses the schema, a value that reaches its error gets
 * the fault `bad_schema`.
 */
export function interpretSchema(schema: unknown): Validate {
  let interpreter: Interpreter | null = null;
  return (value) => {
    try {
      interpreter ??= new Interpreter(schema);
      return interpreter.validate(value);
    } catch (error) {
      return [describeBreakdown(error)];
    }
  };
}

function describeBreakdown(error: unknown): Fault {
  if (error instanceof UnusableSchema) {
    return {
      pointer: '',
      rule: 'bad_schema',
      message: `the schema is invalid: ${error.message}`,
      hint: 'save the workflow again with a valid schema',
    };
  }
  // A RangeError means that circular references exceeded the stack.
  const isBounded = error instanceof ValidationTooCostly || error instanceof RangeError;
  if (!isBounded) throw error;
  return {
    pointer: '',
    rule: 'validation_cost',
    message: 'checking this value against the schema takes too long',
    hint: 'make the value smaller, or the schema simpler: fewer references and alternatives',
  };
}

/** A schema, and the checks of the parts that it has read. */
class Interpreter {
  readonly #root: unknown;
  readonly #references: References;
  readonly #checks = new WeakMap<Schema, readonly Check[]>();

  /** @throws UnusableSchema */
  constructor(root: unknown) {
    this.#root = root;
    this.#references = new References(root);
    const [fault] = walkSchema(root, (schema) => this.#references.addAnchors(schema));
    if (fault) throw new UnusableSchema(fault.message);
  }

  validate(data: unknown): Fault[] {
    const validation = new Validation(this);
    const isValid = validation.apply(this.#root, data, null, null, true);
    return isValid ? [] : describeErrors(validation.errors);
  }

  checksOf(schema: Schema): readonly Check[] {
    const known = this.#checks.get(schema);
    if (known) return known;
    const checks = KEYWORDS.flatMap(([keyword, read]) =>
      Object.hasOwn(schema, keyword) ? (read(schema) ?? []) : [],
    );
    this.#checks.set(schema, checks);
    return checks;
  }

  resolve(reference: string): Schema | boolean {
    const schema = this.#references.find(reference);
    if (schema === undefined) {
      throw new UnusableSchema(`${reference.slice(0, 200)} does not point to a schema`);
    }
    return schema;
  }
}

class Validation implements Run {
  readonly work = new Work();
  readonly errors: SchemaError[] = [];
  readonly #interpreter: Interpreter;

  constructor(interpreter: Interpreter) {
    this.#interpreter = interpreter;
  }

  applyInPlace(schema: unknown, { data, path, evaluated, collectsErrors }: Application): boolean {
    return this.apply(schema, data, path, evaluated, collectsErrors);
  }

  applyTo(schema: unknown, at: Application, key: string | number, data: unknown): boolean {
    return this.apply(schema, data, { parent: at.path, key }, null, at.collectsErrors);
  }

  apply(
    schema: unknown,
    data: unknown,
    path: Path | null,
    evaluated: Evaluated | null,
    collectsErrors: boolean,
  ): boolean {
    this.work.spend(1);
    if (schema === true) return true;
    if (!isObject(schema)) {
      const at = { schema: {}, data, path, evaluated, collectsErrors };
      return this.fail(at, 'falseSchema', 'no value is allowed here');
    }
    if (!isUnevaluatedAsked(schema)) {
      return this.#runChecks({ schema, data, path, evaluated, collectsErrors });
    }
    // `unevaluated…` counts what this schema evaluated, not what the schemas around it did.
    const own = new Evaluated();
    const isValid = this.#runChecks({ schema, data, path, evaluated: own, collectsErrors });
    if (evaluated) this.work.spend(evaluated.addAll(own));
    return isValid;
  }

  resolve(reference: string): Schema | boolean {
    return this.#interpreter.resolve(reference);
  }

  wantsMore({ collectsErrors }: Application): boolean {
    return collectsErrors && this.errors.length < MAX_ERRORS;
  }

  fail(at: Application, keyword: string, message: string, params = {}): false {
    if (this.wantsMore(at)) this.errors.push(errorOf(at, keyword, message, params));
    return false;
  }

  #runChecks(at: Application): boolean {
    const checks = this.#interpreter.checksOf(at.schema);
    this.work.spend(checks.length);
    let isValid = true;
    for (const check of checks) {
      isValid = check(at, this) && isValid;
      if (!isValid && !this.wantsMore(at)) return false;
    }
    return isValid;
  }
}

function isUnevaluatedAsked(schema: Schema): boolean {
  return (
    Object.hasOwn(schema, 'unevaluatedProperties') || Object.hasOwn(schema, 'unevaluatedItems')
  );
}

function errorOf(
  { schema, data, path }: Application,
  keyword: string,
  message: string,
  params: Record<string, unknown>,
): SchemaError {
  return {
    keyword,
    instancePath: pointerOf(path),
    schemaPath: '#',
    params,
    message,
    schema: schema[keyword],
    parentSchema: schema,
    data,
  };
}

function pointerOf(path: Path | null): string {
  const keys: string[] = [];
  for (let place = path; place !== null; place = place.parent) {
    keys.push(`/${escapePointer(shorten(String(place.key)))}`);
  }
  return keys.toReversed().join('');
}
