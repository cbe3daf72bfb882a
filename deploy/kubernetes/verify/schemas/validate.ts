import { Ajv, type ValidateFunction } from 'ajv';
import { RE2JS } from 're2js';
import { describe, type Manifest } from '../manifest.ts';
import { kindKey, type Schemas } from './read-schemas.ts';

/** @returns a line per fault of an object */
export type Validate = (manifest: Manifest) => string[];

/** Compiles the schema of a kind at its first object, because there are hundreds. */
export function createValidate(schemas: Schemas): Validate {
  // Only the API server knows Kubernetes' formats and `x-kubernetes-…`.
  const options = { strict: false, allErrors: true, validateFormats: false };
  const ajv = new Ajv({ ...options, code: { regExp: compilePattern } });
  const compiled = new Map<string, ValidateFunction>();

  return (manifest) => {
    const key = kindKey(manifest.apiVersion, manifest.kind);
    const schema = schemas.byKind.get(key);
    if (schema === undefined) return [`${describe(manifest)}: no schema for ${key}`];
    let validate = compiled.get(key);
    if (validate === undefined) {
      validate = ajv.compile({ ...schema, definitions: schemas.definitions });
      compiled.set(key, validate);
    }
    if (validate(manifest)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message = '', params }) =>
        `${describe(manifest)}${instancePath}: ${message} ${JSON.stringify(params)}`,
    );
  };
}

/** Patterns have the syntax of Go, such as `^(?i)abort$`. */
const compilePattern = Object.assign((pattern: string) => RE2JS.compile(pattern), {
  // Ajv requires it, for validators written to a file.
  code: 'RE2JS.compile',
});
