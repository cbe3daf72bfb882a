/** The operators of CEL over JSON values, across int and double. */

import { ExpressionFailure } from './failure.ts';
import type { Meter } from './meter.ts';
import { isMap, isNumeric, member, typeOf, type Value } from './value.ts';

type ArithmeticOperator = '+' | '-' | '*' | '/' | '%';
type OrderOperator = '<' | '<=' | '>' | '>=';

const MAX_INT = 2n ** 63n - 1n;
const MIN_INT = -(2n ** 63n);

/** Applies a binary operator, except `&&` and `||`. */
export function operate(
  op: ArithmeticOperator | OrderOperator | '==' | '!=' | 'in',
  a: Value,
  b: Value,
  meter: Meter,
): Value {
  switch (op) {
    case '==':
      return isEqual(a, b, meter);
    case '!=':
      return !isEqual(a, b, meter);
    case 'in':
      return isIn(a, b, meter);
    case '<':
    case '<=':
    case '>':
    case '>=':
      return isOrdered(op, a, b, meter);
    default:
      return arithmetic(op, a, b, meter);
  }
}

function arithmetic(op: ArithmeticOperator, a: Value, b: Value, meter: Meter): Value {
  if (typeof a === 'bigint' && typeof b === 'bigint') return integerArithmetic(op, a, b);
  if (isNumeric(a) && isNumeric(b)) return doubleArithmetic(op, Number(a), Number(b));
  if (op === '+' && typeof a === 'string' && typeof b === 'string') {
    meter.allowString(a.length + b.length);
    return a + b;
  }
  if (op === '+' && Array.isArray(a) && Array.isArray(b)) {
    meter.spend(a.length + b.length);
    return [...a, ...b];
  }
  throw noOverload(op, a, b);
}

function integerArithmetic(op: ArithmeticOperator, a: bigint, b: bigint): bigint {
  if ((op === '/' || op === '%') && b === 0n) {
    throw new ExpressionFailure('expression_failed', 'division by zero');
  }
  const result = {
    '+': () => a + b,
    '-': () => a - b,
    '*': () => a * b,
    '/': () => a / b,
    '%': () => a % b,
  }[op]();
  return checkInt(result);
}

/** Ints have 64 bits, as in CEL. This also limits their size. */
export function checkInt(value: bigint): bigint {
  if (value >= MIN_INT && value <= MAX_INT) return value;
  throw new ExpressionFailure('expression_failed', 'integer overflow');
}

function doubleArithmetic(op: ArithmeticOperator, a: number, b: number): number {
  switch (op) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return a % b;
  }
}

export function negate(value: Value): Value {
  if (typeof value === 'bigint') return checkInt(-value);
  if (typeof value === 'number') return -value;
  throw new ExpressionFailure('expression_type', `- does not accept ${typeOf(value)}`);
}

function isOrdered(op: OrderOperator, a: Value, b: Value, meter: Meter): boolean {
  const comparable =
    (isNumeric(a) && isNumeric(b)) || (typeof a === 'string' && typeof b === 'string');
  if (!comparable) throw noOverload(op, a, b);
  if (typeof a === 'string') meter.spendCharacters(a.length);
  switch (op) {
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
  }
}

/** Deep equality. Values of different types are unequal; numbers compare by value. */
function isEqual(a: Value, b: Value, meter: Meter): boolean {
  meter.spend(1);
  // oxlint-disable-next-line eqeqeq -- compares int and double exactly by value
  if (isNumeric(a) && isNumeric(b)) return a == b;
  if (typeof a === 'string' && typeof b === 'string') {
    if (a.length !== b.length) return false;
    meter.spendCharacters(a.length);
    return a === b;
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => isEqual(item, b[index]!, meter));
  }
  if (isMap(a) && isMap(b)) {
    const keys = Object.keys(a);
    meter.spend(keys.length);
    if (keys.length !== Object.keys(b).length) return false;
    return keys.every((key) => {
      const other = member(b, key);
      return other !== undefined && isEqual(a[key]!, other, meter);
    });
  }
  return a === b;
}

/** `element in list`, `key in map`. */
function isIn(element: Value, container: Value, meter: Meter): boolean {
  if (Array.isArray(container)) return container.some((item) => isEqual(element, item, meter));
  if (isMap(container) && typeof element === 'string') {
    return member(container, element) !== undefined;
  }
  throw noOverload('in', element, container);
}

function noOverload(op: string, a: Value, b: Value): ExpressionFailure {
  const hint =
    op === '+' && (typeof a === 'string' || typeof b === 'string')
      ? '; use string(x) for scalars, json(x) for other values'
      : '';
  return new ExpressionFailure(
    'expression_type',
    `${op} does not accept ${typeOf(a)} and ${typeOf(b)}${hint}`,
  );
}
