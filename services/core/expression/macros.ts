/** CEL's comprehensions: `list.map(x, …)`, `filter`, `all`, `exists`, `exists_one`. */

import { ExpressionFailure } from './failure.ts';
import type { Meter } from './meter.ts';
import type { ASTNode } from './parse.ts';
import { isMap, typeOf, type Value } from './value.ts';

/** Fewest and most arguments, the variable included. */
export const MACROS: ReadonlyMap<string, readonly [number, number]> = new Map([
  ['map', [2, 3]],
  ['filter', [2, 2]],
  ['all', [2, 2]],
  ['exists', [2, 2]],
  ['exists_one', [2, 2]],
]);

/** Evaluates a node with the macro's variable set to an item. */
export type EvaluateItem = (node: ASTNode, item: Value) => Value;

/**
 * @param range a list, or a map, whose keys are the items
 * @param bodies the arguments after the variable
 */
export function evaluateMacro(
  name: string,
  range: Value,
  bodies: readonly ASTNode[],
  evaluateItem: EvaluateItem,
  meter: Meter,
): Value {
  const items = toItems(name, range);
  const test = (item: Value): boolean => expectBool(name, evaluateItem(bodies[0]!, item));
  switch (name) {
    case 'map': {
      const kept = bodies.length === 2 ? items.filter(test) : items;
      return kept.map((item) => evaluateItem(bodies.at(-1)!, item));
    }
    case 'filter':
      return items.filter(test);
    case 'exists_one':
      return items.filter(test).length === 1;
    case 'exists':
      return quantify(items, test, true, meter);
    default:
      return quantify(items, test, false, meter);
  }
}

/** In CEL, a failed item matters only if no other item decides. */
function quantify(
  items: Value[],
  test: (item: Value) => boolean,
  decisive: boolean,
  meter: Meter,
): boolean {
  let failure: unknown = null;
  for (const item of items) {
    try {
      if (test(item) === decisive) return decisive;
    } catch (error) {
      meter.absorb(error);
      failure ??= error;
    }
  }
  if (failure !== null) throw failure;
  return !decisive;
}

function toItems(name: string, range: Value): Value[] {
  if (Array.isArray(range)) return range;
  if (isMap(range)) return Object.keys(range);
  throw new ExpressionFailure(
    'expression_type',
    `${name}() needs a list or a map, not ${typeOf(range)}`,
  );
}

function expectBool(name: string, value: Value): boolean {
  if (typeof value === 'boolean') return value;
  throw new ExpressionFailure(
    'expression_type',
    `${name}() needs a condition that is true or false, not ${typeOf(value)}`,
  );
}
