/** Validators from our own JSON Schemas; the one place that knows Ajv's options. */

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { AioError, type Fault } from '../errors.ts';
import { replaceComparisons } from './comparisons.ts';
import { describeErrors } from './describe-errors.ts';
import { hasMoreValues } from './size.ts';

/** Values beyond which only the first fault is looked for: each fault takes memory. */
const MAX_VALUES_FOR_ALL_FAULTS = 20_000;

/** Gives all faults of a value (pointers into it); none = it is valid. Never throws. */
export type Validate = (value: unknown) => Fault[];

export interface CompileSchemaOptions {
  /** Knows `discriminator` (of OpenAPI) beside `oneOf`; faults then tell of the one branch. */
  discriminator?: boolean;
}

/**
 * Compiles a JSON Schema (2020-12) that we wrote; one from outside is for `interpretSchema`. The
 * values may come from anybody. Compiles on first use.
 *
 * @returns a validator; it throws AioError `bad_schema` on first use when the schema cannot be
 *   compiled
 */
export function compileSchema(schema: object, options: CompileSchemaOptions = {}): Validate {
  const compiled = new Map<boolean, ValidateFunction>();

  function validator(allErrors: boolean): ValidateFunction {
    const known = compiled.get(allErrors);
    if (known) return known;
    const fresh = compileWithAjv(schema, { ...options, allErrors });
    compiled.set(allErrors, fresh);
    return fresh;
  }

  return (value) => {
    const validate = validator(!hasMoreValues(value, MAX_VALUES_FOR_ALL_FAULTS));
    return validate(value) ? [] : describeErrors(validate.errors ?? []);
  };
}

function compileWithAjv(
  schema: object,
  options: { allErrors: boolean; discriminator?: boolean },
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
  });
  addFormats.default(ajv, { mode: 'fast' });
  replaceComparisons(ajv);
  try {
    return ajv.compile(schema);
  } catch (error) {
    throw new AioError('bad_schema', `the schema cannot be used: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
