/** Keywords that check a value alone: its type, and limits of numbers and strings. */

import { canonicalJson, isContainer } from '../comparisons.ts';
import { NUMBER_FORMATS, TEXT_FORMATS } from './formats.ts';
import type { Check, ReadKeyword } from './node.ts';

const TYPES: Readonly<Record<string, (data: unknown) => boolean>> = {
  null: (data) => data === null,
  boolean: (data) => typeof data === 'boolean',
  integer: (data) => Number.isInteger(data),
  number: (data) => typeof data === 'number' && Number.isFinite(data),
  string: (data) => typeof data === 'string',
  array: (data) => Array.isArray(data),
  object: (data) => typeof data === 'object' && data !== null && !Array.isArray(data),
};

export const ASSERTIONS: Readonly<Record<string, ReadKeyword>> = {
  type: readType,
  const: (schema) => isOneOf('const', [schema['const']], 'must be equal to constant'),
  enum: ({ enum: values }) =>
    Array.isArray(values)
      ? isOneOf('enum', values, 'must be equal to one of the allowed values')
      : null,
  minimum: bound('minimum', '>=', (data, limit) => data >= limit),
  maximum: bound('maximum', '<=', (data, limit) => data <= limit),
  exclusiveMinimum: bound('exclusiveMinimum', '>', (data, limit) => data > limit),
  exclusiveMaximum: bound('exclusiveMaximum', '<', (data, limit) => data < limit),
  multipleOf: readMultipleOf,
  minLength: length('minLength', 'fewer', (count, limit) => count >= limit),
  maxLength: length('maxLength', 'more', (count, limit) => count <= limit),
  pattern: readPattern,
  format: readFormat,
};

function readType({ type }: Readonly<Record<string, unknown>>): Check | null {
  const names = (Array.isArray(type) ? type : [type]).filter(
    (name): name is string => typeof name === 'string' && Object.hasOwn(TYPES, name),
  );
  if (names.length === 0) return null;
  const tests = names.map((name) => TYPES[name]!);
  return (at, run) =>
    tests.some((test) => test(at.data)) ||
    run.fail(at, 'type', `must be ${names.join(',')}`, { type });
}

/** Compares values as JSON; the order of members does not matter. */
function isOneOf(keyword: string, values: readonly unknown[], message: string): Check {
  const scalars = new Set(values.filter((value) => !isContainer(value)));
  const containers = new Set(values.filter(isContainer).map(canonicalJson));
  return (at, run) => {
    const { data } = at;
    if (!isContainer(data)) {
      if (typeof data === 'string') run.work.spendCharacters(data.length);
      return scalars.has(data) || run.fail(at, keyword, message);
    }
    if (containers.size > 0) {
      run.work.spendValue(data);
      if (containers.has(canonicalJson(data))) return true;
    }
    return run.fail(at, keyword, message);
  };
}

function bound(
  keyword: string,
  sign: string,
  isWithin: (data: number, limit: number) => boolean,
): ReadKeyword {
  return ({ [keyword]: limit }) => {
    if (typeof limit !== 'number') return null;
    return (at, run) =>
      typeof at.data !== 'number' ||
      isWithin(at.data, limit) ||
      run.fail(at, keyword, `must be ${sign} ${limit}`);
  };
}

function readMultipleOf({ multipleOf }: Readonly<Record<string, unknown>>): Check | null {
  if (typeof multipleOf !== 'number') return null;
  return (at, run) =>
    typeof at.data !== 'number' ||
    Number.isInteger(at.data / multipleOf) ||
    run.fail(at, 'multipleOf', `must be multiple of ${multipleOf}`);
}

function length(
  keyword: string,
  word: string,
  isWithin: (count: number, limit: number) => boolean,
): ReadKeyword {
  return ({ [keyword]: limit }) => {
    if (typeof limit !== 'number') return null;
    return (at, run) => {
      if (typeof at.data !== 'string') return true;
      run.work.spend(at.data.length / 4);
      return (
        isWithin(countCharacters(at.data), limit) ||
        run.fail(at, keyword, `must NOT have ${word} than ${limit} characters`)
      );
    };
  };
}

/** Surrogate pairs are one character. */
function countCharacters(text: string): number {
  let pairs = 0;
  for (let index = 0; index < text.length - 1; index++) {
    if ((text.charCodeAt(index) & 0xfc00) !== 0xd800) continue;
    if ((text.charCodeAt(index + 1) & 0xfc00) === 0xdc00) pairs++;
  }
  return text.length - pairs;
}

function readPattern({ pattern }: Readonly<Record<string, unknown>>): Check | null {
  if (typeof pattern !== 'string') return null;
  return (at, run) =>
    typeof at.data !== 'string' ||
    run.work.matches(pattern, at.data) ||
    run.fail(at, 'pattern', `must match pattern "${pattern}"`, { pattern });
}

function readFormat({ format }: Readonly<Record<string, unknown>>): Check | null {
  if (typeof format !== 'string') return null;
  const isText = TEXT_FORMATS.get(format);
  const isNumber = NUMBER_FORMATS.get(format);
  return (at, run) => {
    let isValid = true;
    if (typeof at.data === 'string' && isText) {
      run.work.spend(at.data.length / 2);
      isValid = isText(at.data);
    } else if (typeof at.data === 'number' && isNumber) {
      isValid = isNumber(at.data);
    }
    return isValid || run.fail(at, 'format', `must match format "${format}"`, { format });
  };
}
