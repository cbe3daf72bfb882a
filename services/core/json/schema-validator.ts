/** Compiles AIO's own JSON Schemas with Ajv. */

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { AioError, type Fault } from '../errors.ts';
import { replaceComparisons } from './comparisons.ts';
import { describeErrors } from './describe-errors.ts';
import { hasMoreValues } from './size.ts';

/** Above this many values, validation stops at the first fault, because each fault takes memory. */
const MAX_VALUES_FOR_ALL_FAULTS = 20_000;

/** Returns all faults of a value, with pointers into it; none = valid. Never throws. */
export type Validate = (value: unknown) => Fault[];

export interface CompileSchemaOptions {
  /** Supports OpenAPI's `discriminator` with `oneOf`: faults then concern only the chosen branch. */
  discriminator?: boolean;
}

/**
 * Compiles a trusted JSON Schema (2020-12) on first use. For untrusted schemas, use
 * `interpretSchema`. Values may be untrusted.
 *
 * @returns a validator; its first use throws AioError `bad_schema` if the schema does not compile
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
  // An instance keeps every schema that it compiled, so each schema gets its own. Without
  // meta-schemas, an instance takes well under a millisecond.
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
    throw new AioError('bad_schema', `the schema is invalid: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
