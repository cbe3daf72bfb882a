/** Keywords that check the size of an array or an object, and the names of its members. */

import { canonicalJson, isContainer } from '../comparisons.ts';
import { isObject, type Schema } from '../walk-schema.ts';
import type { Application, Check, ReadKeyword, Run } from './node.ts';

export const COUNTS: Readonly<Record<string, ReadKeyword>> = {
  minItems: items('minItems', 'fewer', (count, limit) => count >= limit),
  maxItems: items('maxItems', 'more', (count, limit) => count <= limit),
  uniqueItems: readUniqueItems,
  minProperties: properties('minProperties', 'fewer', (count, limit) => count >= limit),
  maxProperties: properties('maxProperties', 'more', (count, limit) => count <= limit),
  required: readRequired,
  dependentRequired: readDependentRequired,
};

/** Listing a name of a large object takes longer than reading an item. */
const UNITS_PER_NAME = 3;

type IsWithin = (count: number, limit: number) => boolean;

function items(keyword: string, word: string, isWithin: IsWithin): ReadKeyword {
  return ({ [keyword]: limit }) => {
    if (typeof limit !== 'number') return null;
    return (at, run) =>
      !Array.isArray(at.data) ||
      isWithin(at.data.length, limit) ||
      run.fail(at, keyword, `must NOT have ${word} than ${limit} items`);
  };
}

function properties(keyword: string, word: string, isWithin: IsWithin): ReadKeyword {
  return ({ [keyword]: limit }) => {
    if (typeof limit !== 'number') return null;
    return (at, run) =>
      !isObject(at.data) ||
      isWithin(namesOf(at.data, run).length, limit) ||
      run.fail(at, keyword, `must NOT have ${word} than ${limit} properties`);
  };
}

/** The names of an object's members. Counts the work of listing them. */
export function namesOf(data: Schema, run: Run): string[] {
  const names = Object.keys(data);
  run.work.spend(names.length * UNITS_PER_NAME);
  return names;
}

function readUniqueItems({ uniqueItems }: Schema): Check | null {
  if (uniqueItems !== true) return null;
  return (at, run) =>
    !Array.isArray(at.data) ||
    areUnique(at.data, run) ||
    run.fail(at, 'uniqueItems', 'must NOT have duplicate items');
}

function areUnique(list: readonly unknown[], run: Run): boolean {
  const scalars = new Set<unknown>();
  const containers = new Set<string>();
  for (const item of list) {
    run.work.spendValue(item);
    if (isContainer(item)) containers.add(canonicalJson(item));
    else scalars.add(item);
  }
  return scalars.size + containers.size === list.length;
}

function readRequired({ required }: Schema): Check | null {
  const names = textsOf(required);
  if (names.length === 0) return null;
  return (at, run) => !isObject(at.data) || hasAll(at.data, names, at, run);
}

function hasAll(data: Schema, names: readonly string[], at: Application, run: Run): boolean {
  let hasAllNames = true;
  for (const name of names) {
    run.work.spend(1);
    if (Object.hasOwn(data, name)) continue;
    hasAllNames = run.fail(at, 'required', `must have required property '${name}'`, {
      missingProperty: name,
    });
    if (!run.wantsMore(at)) return false;
  }
  return hasAllNames;
}

function readDependentRequired({ dependentRequired }: Schema): Check | null {
  if (!isObject(dependentRequired)) return null;
  const dependencies = Object.entries(dependentRequired).map(
    ([name, needed]) => [name, textsOf(needed)] as const,
  );
  return (at, run) => {
    if (!isObject(at.data)) return true;
    let isValid = true;
    for (const [name, needed] of dependencies) {
      run.work.spend(1);
      if (!Object.hasOwn(at.data, name)) continue;
      for (const other of needed) {
        run.work.spend(1);
        if (Object.hasOwn(at.data, other)) continue;
        const message = `must have property ${other} when property ${name} is present`;
        isValid = run.fail(at, 'dependentRequired', message);
        if (!run.wantsMore(at)) return false;
      }
    }
    return isValid;
  };
}

function textsOf(list: unknown): string[] {
  return Array.isArray(list) ? list.filter((item) => typeof item === 'string') : [];
}
