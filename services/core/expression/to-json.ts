/** Converts results of expressions to JSON. */

import { ExpressionFailure } from './failure.ts';
import { MAX_RESULT_DEPTH } from './limits.ts';
import type { Meter } from './meter.ts';
import { setMember, typeOf, type Value } from './value.ts';

/**
 * Copies a value as plain JSON; ints become numbers. It counts bytes while copying, to stop early at
 * a value that repeats shared parts.
 *
 * @throws ExpressionFailure `expression_limit` over `maxBytes` or too deep, `expression_failed` for
 *   values that JSON cannot express (NaN, Infinity, an int beyond 2^53)
 */
export function toJson(value: Value, meter: Meter, maxBytes = Infinity): unknown {
  let bytes = 0;

  function count(added: number): void {
    bytes += added;
    if (bytes > maxBytes) {
      throw new ExpressionFailure(
        'expression_limit',
        `the result is larger than ${maxBytes} bytes`,
      );
    }
    meter.addResultBytes(added);
  }

  function convert(current: Value, depth: number): unknown {
    if (depth > MAX_RESULT_DEPTH) {
      throw new ExpressionFailure('expression_limit', 'the result is nested too deeply');
    }
    if (typeof current === 'string') {
      count(textBytes(current));
      return current;
    }
    if (Array.isArray(current)) {
      count(2 + Math.max(0, current.length - 1));
      return current.map((item) => convert(item, depth + 1));
    }
    if (typeof current === 'object' && current !== null) {
      count(1);
      const map = {};
      for (const key of Object.keys(current)) {
        count(textBytes(key) + 2);
        setMember(map, key, convert(current[key]!, depth + 1));
      }
      return map;
    }
    const scalar = toScalar(current);
    count(String(scalar).length);
    return scalar;
  }

  return convert(value, 0);
}

/** Ignores escapes: finding them takes eight times as long, as much as writing the JSON. */
function textBytes(text: string): number {
  return Buffer.byteLength(text) + 2;
}

function toScalar(value: Value): null | boolean | number {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') {
    const number = Number(value);
    if (Number.isSafeInteger(number)) return number;
    throw new ExpressionFailure(
      'expression_failed',
      `the integer ${value} is too large for a JSON number; use string(x) to keep its digits`,
    );
  }
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new ExpressionFailure(
    'expression_failed',
    `JSON cannot express the result ${typeof value === 'number' ? value : typeOf(value)}`,
  );
}
