/** Keywords that apply other schemas to the members of an object and the items of an array. */

import { isObject, type Schema } from '../walk-schema.ts';
import { namesOf } from './counts.ts';
import type { Application, Check, ReadKeyword, Run } from './node.ts';

/** In the order of application. `UNEVALUATED` follows, because it needs the results of all others. */
export const CHILDREN: Readonly<Record<string, ReadKeyword>> = {
  propertyNames: readPropertyNames,
  additionalProperties: readAdditionalProperties,
  properties: readProperties,
  patternProperties: readPatternProperties,
  prefixItems: readPrefixItems,
  items: readItems,
  contains: readContains,
};

export const UNEVALUATED: Readonly<Record<string, ReadKeyword>> = {
  unevaluatedProperties: readUnevaluatedProperties,
  unevaluatedItems: readUnevaluatedItems,
};

/** Applies a check to each entry: until one fails, or to all if faults are reported. */
function every<T>(
  entries: Iterable<T>,
  at: Application,
  run: Run,
  isValid: (entry: T) => boolean,
): boolean {
  let areValid = true;
  for (const entry of entries) {
    areValid = isValid(entry) && areValid;
    if (!areValid && !run.wantsMore(at)) return false;
  }
  return areValid;
}

function readProperties({ properties }: Schema): Check | null {
  if (!isObject(properties)) return null;
  const members = Object.entries(properties);
  return (at, run) => {
    const { data } = at;
    if (!isObject(data)) return true;
    run.work.spend(members.length);
    return every(members, at, run, ([name, schema]) => {
      if (!Object.hasOwn(data, name)) return true;
      at.evaluated?.addName(name);
      return run.applyTo(schema, at, name, data[name]);
    });
  };
}

function readPatternProperties({ patternProperties }: Schema): Check | null {
  if (!isObject(patternProperties)) return null;
  const patterns = Object.entries(patternProperties);
  return (at, run) => {
    const { data } = at;
    if (!isObject(data)) return true;
    return every(namesOf(data, run), at, run, (name) =>
      every(patterns, at, run, ([pattern, schema]) => {
        if (!run.work.matches(pattern, name)) return true;
        at.evaluated?.addName(name);
        return run.applyTo(schema, at, name, data[name]);
      }),
    );
  };
}

function readAdditionalProperties(schema: Schema): Check {
  const { properties, patternProperties, additionalProperties: additional } = schema;
  const known = new Set(isObject(properties) ? Object.keys(properties) : []);
  const patterns = isObject(patternProperties) ? Object.keys(patternProperties) : [];
  return (at, run) => {
    const { data } = at;
    if (!isObject(data)) return true;
    const others = namesOf(data, run).filter(
      (name) => !known.has(name) && !patterns.some((pattern) => run.work.matches(pattern, name)),
    );
    at.evaluated?.addAllNames();
    return applyToMembers('additionalProperties', additional, others, at, run);
  };
}

function readUnevaluatedProperties({ unevaluatedProperties: schema }: Schema): Check {
  return (at, run) => {
    if (!isObject(at.data) || !at.evaluated) return true;
    const { evaluated } = at;
    const others = namesOf(at.data, run).filter((name) => !evaluated.hasName(name));
    evaluated.addAllNames();
    return applyToMembers('unevaluatedProperties', schema, others, at, run);
  };
}

/** If no such member is allowed, the fault names the keyword. */
function applyToMembers(
  keyword: string,
  schema: unknown,
  names: readonly string[],
  at: Application,
  run: Run,
): boolean {
  const data = at.data as Schema;
  return every(names, at, run, (name) =>
    schema === false
      ? run.fail(at, keyword, 'must NOT have such properties', { name })
      : run.applyTo(schema, at, name, data[name]),
  );
}

function readPropertyNames({ propertyNames }: Schema): Check {
  return (at, run) => {
    if (!isObject(at.data)) return true;
    return every(
      namesOf(at.data, run),
      at,
      run,
      (name) =>
        run.apply(propertyNames, name, at.path, null, false) ||
        run.fail(at, 'propertyNames', 'property name must be valid', { name }),
    );
  };
}

function readPrefixItems({ prefixItems }: Schema): Check | null {
  if (!Array.isArray(prefixItems)) return null;
  return (at, run) => {
    const { data } = at;
    if (!Array.isArray(data)) return true;
    const prefix = prefixItems.slice(0, data.length);
    at.evaluated?.addItemsBefore(prefix.length);
    return every(prefix.entries(), at, run, ([index, schema]) =>
      run.applyTo(schema, at, index, data[index]),
    );
  };
}

function readItems({ items, prefixItems }: Schema): Check {
  const start = Array.isArray(prefixItems) ? prefixItems.length : 0;
  return (at, run) => {
    if (!Array.isArray(at.data)) return true;
    at.evaluated?.addAllItems();
    if (items === false) {
      const isValid = at.data.length <= start;
      return isValid || run.fail(at, 'items', `must NOT have more than ${start} items`);
    }
    return applyToItems(items, start, () => false, at, run);
  };
}

function readUnevaluatedItems({ unevaluatedItems: schema }: Schema): Check {
  return (at, run) => {
    const { data, evaluated } = at;
    if (!Array.isArray(data) || !evaluated) return true;
    if (schema === false) {
      run.work.spend(data.length);
      const isValid = data.every((_, index) => evaluated.hasItem(index));
      return isValid || run.fail(at, 'unevaluatedItems', 'must NOT have more items');
    }
    const isValid = applyToItems(schema, 0, (index) => evaluated.hasItem(index), at, run);
    evaluated.addAllItems();
    return isValid;
  };
}

function applyToItems(
  schema: unknown,
  start: number,
  isLeftOut: (index: number) => boolean,
  at: Application,
  run: Run,
): boolean {
  const data = at.data as readonly unknown[];
  let isValid = true;
  for (let index = start; index < data.length; index++) {
    run.work.spend(1);
    if (isLeftOut(index)) continue;
    isValid = run.applyTo(schema, at, index, data[index]) && isValid;
    if (!isValid && !run.wantsMore(at)) return false;
  }
  return isValid;
}

function readContains({ contains, minContains, maxContains }: Schema): Check {
  const fewest = typeof minContains === 'number' ? minContains : 1;
  const most = typeof maxContains === 'number' ? maxContains : Infinity;
  return (at, run) => {
    const { data } = at;
    if (!Array.isArray(data)) return true;
    let found = 0;
    for (const [index, item] of data.entries()) {
      run.work.spend(1);
      if (!run.apply(contains, item, null, null, false)) continue;
      at.evaluated?.addItem(index);
      found++;
    }
    if (found >= fewest && found <= most) return true;
    return run.fail(at, 'contains', `must contain ${describeCount(fewest, most)} valid item(s)`);
  };
}

function describeCount(fewest: number, most: number): string {
  return most === Infinity ? `at least ${fewest}` : `at least ${fewest} and no more than ${most}`;
}
