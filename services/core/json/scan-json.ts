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
  const cursor: Cursor = new Cursor(text);
  const open: Container[] = [];
  let values = 0;

  /** Moves past a scalar or into a container; true = a value is complete. */
  function takeValue(): boolean {
    cursor.skip(WHITE_SPACE);
    const { position, character } = cursor;
    if (++values > maxValues)
      cursor.fail(
        `more than ${maxValues} values`,
        'request fewer values',
        position,
        'too_many_values',
      );
    if (character !== '{' && character !== '[') {
      cursor.takeScalar();
      return true;
    }
    if (open.length >= maxDepth) {
      cursor.fail(`nested more than ${maxDepth} levels deep`, 'flatten it', position, 'too_deep');
    }
    cursor.position++;
    if (cursor.take(character === '{' ? '}' : ']')) return true;
    const keys: Container = character === '{' ? new Set() : null;
    open.push(keys);
    if (keys) cursor.takeKey(keys);
    return false;
  }

  /** Moves from a value to the next one, past closing brackets; false = the text is complete. */
  function takeNext(): boolean {
    while (open.length > 0) {
      const container = open.at(-1) ?? null;
      if (cursor.take(',')) {
        if (container) cursor.takeKey(container);
        return true;
      }
      const close = container ? '}' : ']';
      if (!cursor.take(close)) cursor.unexpected(`"," or "${close}"`);
      open.pop();
    }
    cursor.skip(WHITE_SPACE);
    if (cursor.character !== undefined) cursor.unexpected('the end of the text');
    return false;
  }

  do {
    while (!takeValue());
  } while (takeNext());
}

/** Moves through the text and past its tokens. Each method throws if the text has something else. */
class Cursor {
  readonly #text: string;
  position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The next character; undefined = the end. */
  get character(): string | undefined {
    return this.#text[this.position];
  }

  fail(message: string, hint: string, at = this.position, code = 'bad_json'): never {
    const place = describePosition(this.#text, at);
    throw new AioError(code, `${message} (line ${place.line}, column ${place.column})`, {
      details: { ...place, hint },
    });
  }

  unexpected(wanted: string): never {
    const { character } = this;
    if (character === undefined) this.fail('the JSON text ends too early', `add ${wanted}`);
    this.fail(`unexpected ${JSON.stringify(character)}`, `expected ${wanted}`);
  }

  skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.position;
    if (!pattern.test(this.#text)) return false;
    this.position = pattern.lastIndex;
    return true;
  }

  /** Moves past white space and this character; false = another character follows. */
  take(character: string): boolean {
    this.skip(WHITE_SPACE);
    if (this.character !== character) return false;
    this.position++;
    return true;
  }

  takeScalar(): void {
    if (this.character === '"') this.#takeString();
    else if (!this.#takeNumber() && !this.skip(WORD)) this.unexpected('a value');
  }

  /** Moves past the key of an object's next member. */
  takeKey(keys: Set<string>): void {
    this.skip(WHITE_SPACE);
    const start = this.position;
    const quoted = this.#takeString();
    const key = JSON.parse(quoted) as string;
    if (keys.has(key)) {
      this.fail(`duplicate key ${JSON.stringify(key.slice(0, 100))}`, 'keep one of them', start);
    }
    keys.add(key);
    if (!this.take(':')) this.unexpected('":" after the key');
  }

  /** Moves past a string and returns it with its quotes. */
  #takeString(): string {
    const text = this.#text;
    const start = this.position;
    if (this.character !== '"') this.unexpected('a string in double quotes');
    this.position++;
    for (;;) {
      const code = text.charCodeAt(this.position);
      if (code === 0x22) break;
      if (Number.isNaN(code)) this.fail('a string is not closed', 'close it with "', start);
      if (code < 0x20)
        this.fail('a string contains a control character', 'write \\n, \\t or \\u00XX');
      if (code !== 0x5c) this.position++;
      else if (!this.skip(ESCAPE)) this.fail('a string contains an invalid escape', ESCAPES);
    }
    this.position++;
    return text.slice(start, this.position);
  }

  /** JSON.parse turns a number out of range into Infinity, which JSON.stringify turns into null. */
  #takeNumber(): boolean {
    const start = this.position;
    if (!this.skip(NUMBER)) return false;
    const digits = this.#text.slice(start, this.position);
    if (Number.isFinite(Number(digits))) return true;
    this.fail(`the number ${digits.slice(0, 100)} is out of range`, RANGE, start);
  }
}
