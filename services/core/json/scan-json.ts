/** Finds faults of a JSON text that JSON.parse accepts or does not explain. */

import { AioError } from '../errors.ts';
import { describePosition } from '../text/position.ts';

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const ESCAPES = 'use one of: \\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX';
const RANGE = 'use a number from -1.7976931348623157e308 to 1.7976931348623157e308';
const WORD = /true|false|null/y;
const WHITE_SPACE = /[ \t\n\r]*/y;

/** An open object (with its keys so far) or array (null). */
type Container = Set<string> | null;

/**
 * Finds the first of: a syntax error, nesting beyond `maxDepth`, more than `maxValues` values, a duplicate key, a
 * number that a double cannot hold. Takes linear time, without recursion.
 *
 * @throws AioError `bad_json`, `too_deep`, `too_many_values`; details: line, column, hint
 */
export function scanJson(text: string, maxDepth: number, maxValues = Infinity): void {
  const open: Container[] = [];
  let position = 0;
  let values = 0;

  function fail(message: string, hint: string, at = position, code = 'bad_json'): never {
    const place = describePosition(text, at);
    throw new AioError(code, `${message} (line ${place.line}, column ${place.column})`, {
      details: { ...place, hint },
    });
  }

  function unexpected(wanted: string): never {
    if (position >= text.length) fail('the JSON text ends too early', `add ${wanted}`);
    fail(`unexpected ${JSON.stringify(text[position])}`, `expected ${wanted}`);
  }

  function skip(pattern: RegExp): boolean {
    pattern.lastIndex = position;
    if (!pattern.test(text)) return false;
    position = pattern.lastIndex;
    return true;
  }

  function take(character: string): boolean {
    skip(WHITE_SPACE);
    if (text[position] !== character) return false;
    position++;
    return true;
  }

  /** Moves past a string and returns it with its quotes. */
  function takeString(): string {
    const start = position;
    if (text[position] !== '"') unexpected('a string in double quotes');
    position++;
    for (;;) {
      const code = text.charCodeAt(position);
      if (code === 0x22) break;
      if (Number.isNaN(code)) fail('a string is not closed', 'close it with "', start);
      if (code < 0x20) fail('a string contains a control character', 'write \\n, \\t or \\u00XX');
      if (code !== 0x5c) position++;
      else if (!skip(ESCAPE)) fail('a string contains an invalid escape', ESCAPES);
    }
    position++;
    return text.slice(start, position);
  }

  /** Moves past the key of an object's next member. */
  function takeKey(keys: Set<string>): void {
    skip(WHITE_SPACE);
    const start = position;
    const quoted = takeString();
    const key = JSON.parse(quoted) as string;
    if (keys.has(key)) {
      fail(`duplicate key ${JSON.stringify(key.slice(0, 100))}`, 'keep one of them', start);
    }
    keys.add(key);
    if (!take(':')) unexpected('":" after the key');
  }

  /** JSON.parse turns a number out of range into Infinity, which JSON.stringify turns into null. */
  function takeNumber(): boolean {
    const start = position;
    if (!skip(NUMBER)) return false;
    const digits = text.slice(start, position);
    if (Number.isFinite(Number(digits))) return true;
    fail(`the number ${digits.slice(0, 100)} is out of range`, RANGE, start);
  }

  /** Moves past a scalar or into a container; true = a value is complete. */
  function takeValue(): boolean {
    skip(WHITE_SPACE);
    if (++values > maxValues)
      fail(`more than ${maxValues} values`, 'request fewer values', position, 'too_many_values');
    const character = text[position];
    if (character === '{' || character === '[') {
      if (open.length >= maxDepth) {
        fail(`nested more than ${maxDepth} levels deep`, 'flatten it', position, 'too_deep');
      }
      position++;
      if (take(character === '{' ? '}' : ']')) return true;
      const keys: Container = character === '{' ? new Set() : null;
      open.push(keys);
      if (keys) takeKey(keys);
      return false;
    }
    if (character === '"') takeString();
    else if (!takeNumber() && !skip(WORD)) unexpected('a value');
    return true;
  }

  /** Moves from a value to the next one, past closing brackets; false = the text is complete. */
  function takeNext(): boolean {
    while (open.length > 0) {
      const container = open.at(-1) ?? null;
      if (take(',')) {
        if (container) takeKey(container);
        return true;
      }
      const close = container ? '}' : ']';
      if (!take(close)) unexpected(`"," or "${close}"`);
      open.pop();
    }
    skip(WHITE_SPACE);
    if (position < text.length) unexpected('the end of the text');
    return false;
  }

  do {
    while (!takeValue());
  } while (takeNext());
}
