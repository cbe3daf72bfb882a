/** Keywords that apply other schemas to the same value. */

import { isObject, type Schema } from '../walk-schema.ts';
import { Evaluated } from './evaluated.ts';
import type { Application, Check, ReadKeyword, Run } from './node.ts';

export const APPLICATORS: Readonly<Record<string, ReadKeyword>> = {
  $ref: (schema) => readReference(schema['$ref']),
  // The schema is one resource, so a dynamic anchor resolves like an anchor.
  $dynamicRef: (schema) => readReference(schema['$dynamicRef']),
  allOf: readAllOf,
  anyOf: readAnyOf,
  oneOf: readOneOf,
  not: readNot,
  if: readIf,
  dependentSchemas: readDependentSchemas,
};

function readReference(reference: unknown): Check | null {
  if (typeof reference !== 'string') return null;
  let target: unknown;
  return (at, run) => run.applyInPlace((target ??= run.resolve(reference)), at);
}

function readAllOf({ allOf }: Schema): Check | null {
  if (!Array.isArray(allOf)) return null;
  return (at, run) => {
    let isValid = true;
    for (const schema of allOf) {
      isValid = run.applyInPlace(schema, at) && isValid;
      if (!isValid && !run.wantsMore(at)) return false;
    }
    return isValid;
  };
}

function readAnyOf({ anyOf }: Schema): Check | null {
  if (!Array.isArray(anyOf)) return null;
  return (at, run) =>
    countValid(anyOf, at, run, at.evaluated ? Infinity : 1) > 0 ||
    run.fail(at, 'anyOf', 'must match a schema in anyOf');
}

function readOneOf({ oneOf }: Schema): Check | null {
  if (!Array.isArray(oneOf)) return null;
  return (at, run) =>
    countValid(oneOf, at, run, 2) === 1 ||
    run.fail(at, 'oneOf', 'must match exactly one schema in oneOf');
}

/** Counts the alternatives that the value satisfies, up to `enough`. */
function countValid(
  schemas: readonly unknown[],
  at: Application,
  run: Run,
  enough: number,
): number {
  let valid = 0;
  for (const schema of schemas) {
    if (isValidAgainst(schema, at, run)) valid++;
    if (valid >= enough) break;
  }
  return valid;
}

/** Reports no faults. If the value is invalid, its members and items do not count as evaluated. */
function isValidAgainst(schema: unknown, at: Application, run: Run): boolean {
  run.work.spend(1);
  const evaluated = at.evaluated && new Evaluated();
  const isValid = run.apply(schema, at.data, at.path, evaluated, false);
  if (isValid && evaluated) run.work.spend(at.evaluated!.addAll(evaluated));
  return isValid;
}

function readNot(schema: Schema): Check {
  const { not } = schema;
  return (at, run) =>
    !run.apply(not, at.data, at.path, null, false) || run.fail(at, 'not', 'must NOT be valid');
}

function readIf(schema: Schema): Check {
  const then = Object.hasOwn(schema, 'then') ? schema['then'] : true;
  const otherwise = Object.hasOwn(schema, 'else') ? schema['else'] : true;
  return (at, run) =>
    run.applyInPlace(isValidAgainst(schema['if'], at, run) ? then : otherwise, at);
}

function readDependentSchemas({ dependentSchemas }: Schema): Check | null {
  if (!isObject(dependentSchemas)) return null;
  const dependencies = Object.entries(dependentSchemas);
  return (at, run) => {
    if (!isObject(at.data)) return true;
    let isValid = true;
    for (const [name, schema] of dependencies) {
      run.work.spend(1);
      if (!Object.hasOwn(at.data, name)) continue;
      isValid = run.applyInPlace(schema, at) && isValid;
      if (!isValid && !run.wantsMore(at)) return false;
    }
    return isValid;
  };
}
