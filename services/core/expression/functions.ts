/** The functions and methods of expressions. Each reports its cost before it works. */

import { parseJson } from '../json/parse-json.ts';
import { ExpressionFailure } from './failure.ts';
import { MAX_RESULT_BYTES, MAX_RESULT_DEPTH } from './limits.ts';
import type { Meter } from './meter.ts';
import { checkInt } from './operators.ts';
import type { Pattern } from './pattern.ts';
import { toJson } from './to-json.ts';
import { isMap, isNumeric, typeOf, type Value } from './value.ts';

export interface ExpressionFunction {
  /** As documented, e.g. `text.split(separator) -> list`. */
  readonly signature: string;
  /** Fewest and most arguments. The receiver of a method counts as the first. */
  readonly arity: readonly [number, number];
  call(args: readonly Value[], meter: Meter): Value;
}

/** Called as `name(args)`. */
export const FUNCTIONS: ReadonlyMap<string, ExpressionFunction> = new Map(
  Object.entries<ExpressionFunction>({
    size: { signature: 'size(x) -> int', arity: [1, 1], call: size },
    string: { signature: 'string(x) -> string', arity: [1, 1], call: ([x]) => toText(x!) },
    int: { signature: 'int(x) -> int', arity: [1, 1], call: ([x]) => toInt(x!) },
    double: { signature: 'double(x) -> double', arity: [1, 1], call: ([x]) => toDouble(x!) },
    bool: { signature: 'bool(x) -> bool', arity: [1, 1], call: ([x]) => toBool(x!) },
    json: { signature: 'json(x) -> string', arity: [1, 1], call: toJsonText },
    parseJson: { signature: 'parseJson(text) -> any', arity: [1, 1], call: fromJsonText },
    base64: {
      signature: 'base64(text) -> string',
      arity: [1, 1],
      call: encode('base64', 4, (text) => Buffer.from(text).toString('base64')),
    },
    urlEncode: {
      signature: 'urlEncode(text) -> string',
      arity: [1, 1],
      call: encode('urlEncode', 9, (text) => encodeURIComponent(text.toWellFormed())),
    },
    join: { signature: 'join(list, separator = "") -> string', arity: [1, 2], call: join },
    chunks: { signature: 'chunks(text, size) -> list', arity: [2, 2], call: chunks },
  }),
);

/** Called as `receiver.name(args)`. */
export const METHODS: ReadonlyMap<string, ExpressionFunction> = new Map(
  Object.entries<ExpressionFunction>({
    size: { signature: 'x.size() -> int', arity: [1, 1], call: size },
    contains: {
      signature: 'text.contains(part) -> bool',
      arity: [2, 2],
      call: scan('contains', (text, part) => text.includes(part)),
    },
    startsWith: {
      signature: 'text.startsWith(part) -> bool',
      arity: [2, 2],
      call: scan('startsWith', (text, part) => text.startsWith(part)),
    },
    endsWith: {
      signature: 'text.endsWith(part) -> bool',
      arity: [2, 2],
      call: scan('endsWith', (text, part) => text.endsWith(part)),
    },
    indexOf: {
      signature: 'text.indexOf(part) -> int',
      arity: [2, 2],
      call: scan('indexOf', (text, part) => BigInt(text.indexOf(part))),
    },
    lastIndexOf: {
      signature: 'text.lastIndexOf(part) -> int',
      arity: [2, 2],
      call: scan('lastIndexOf', (text, part) => BigInt(text.lastIndexOf(part))),
    },
    matches: { signature: 'text.matches(pattern) -> bool', arity: [2, 2], call: matches },
    lowerAscii: {
      signature: 'text.lowerAscii() -> string',
      arity: [1, 1],
      call: rewrite('lowerAscii', (text) =>
        text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()),
      ),
    },
    upperAscii: {
      signature: 'text.upperAscii() -> string',
      arity: [1, 1],
      call: rewrite('upperAscii', (text) =>
        text.replace(/[a-z]+/g, (letters) => letters.toUpperCase()),
      ),
    },
    trim: {
      signature: 'text.trim() -> string',
      arity: [1, 1],
      call: rewrite('trim', (text) => text.trim()),
    },
    substring: {
      signature: 'text.substring(start, end = size) -> string',
      arity: [2, 3],
      call: substring,
    },
    split: { signature: 'text.split(separator) -> list', arity: [2, 2], call: split },
    join: { signature: 'list.join(separator = "") -> string', arity: [1, 2], call: join },
  }),
);

function size([value]: readonly Value[], meter: Meter): Value {
  if (typeof value === 'string') {
    meter.spendCharacters(value.length);
    let characters = 0;
    for (const _ of value) characters++;
    return BigInt(characters);
  }
  if (Array.isArray(value)) return BigInt(value.length);
  if (isMap(value!)) {
    const keys = Object.keys(value);
    meter.spend(keys.length);
    return BigInt(keys.length);
  }
  throw wrongType('size', value!);
}

function toText(value: Value): string {
  if (typeof value === 'string') return value;
  if (isNumeric(value) || typeof value === 'boolean') return String(value);
  throw wrongType('string', value, '; use json(x) for other values');
}

function toInt(value: Value): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number' && Number.isFinite(value))
    return checkInt(BigInt(Math.trunc(value)));
  if (typeof value === 'string' && /^-?\d{1,19}$/.test(value)) return checkInt(BigInt(value));
  throw wrongType('int', value);
}

function toDouble(value: Value): number {
  if (isNumeric(value)) return Number(value);
  if (typeof value === 'string' && /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(value))
    return Number(value);
  throw wrongType('double', value);
}

function toBool(value: Value): boolean {
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === 'false') return value === 'true';
  throw wrongType('bool', value);
}

function toJsonText([value]: readonly Value[], meter: Meter): Value {
  const text = JSON.stringify(toJson(value!, meter));
  meter.allowString(text.length);
  return text;
}

function fromJsonText([text]: readonly Value[], meter: Meter): Value {
  const source = expectText('parseJson', text!);
  if (source.length > MAX_RESULT_BYTES) {
    throw new ExpressionFailure('expression_limit', 'parseJson() accepts at most 256 kB');
  }
  meter.spend(source.length); // each character may become a value
  try {
    return parseJson(source, MAX_RESULT_DEPTH) as Value;
  } catch (error) {
    throw new ExpressionFailure('expression_failed', `parseJson(): ${(error as Error).message}`);
  }
}

function join([list, separator = '']: readonly Value[], meter: Meter): Value {
  if (!Array.isArray(list)) throw wrongType('join', list!);
  const between = expectText('join', separator);
  let length = 0;
  for (const item of list) {
    meter.spend(1);
    length += toText(item).length + between.length;
  }
  meter.allowString(length);
  return list.map(toText).join(between);
}

/** Pieces of at most `size` characters, broken after a paragraph, a line or a word if possible. */
function chunks([text, length]: readonly Value[], meter: Meter): Value {
  const source = expectText('chunks', text!);
  const most = toIndex('chunks', length!);
  if (most < 1) throw new ExpressionFailure('expression_failed', 'chunks(): size must be positive');
  meter.spendCharacters(source.length * 2);
  const pieces: string[] = [];
  let start = 0;
  while (start < source.length) {
    meter.spend(1);
    const end = start + most >= source.length ? source.length : findBreak(source, start, most);
    pieces.push(source.slice(start, end));
    start = end;
  }
  return pieces;
}

/** End of the piece from `start`: in its second half, preferably after an empty line. */
function findBreak(text: string, start: number, most: number): number {
  const piece = text.slice(start, start + most);
  for (const boundary of ['\n\n', '\n', ' ']) {
    const at = piece.lastIndexOf(boundary);
    if (at + boundary.length > most / 2) return start + at + boundary.length;
  }
  const isSplitPair = /[\uD800-\uDBFF]$/.test(piece) && most > 1;
  return start + most - (isSplitPair ? 1 : 0);
}

function matches([text, pattern]: readonly Value[], meter: Meter): Value {
  const subject = expectText('matches', text!);
  const source = expectText('matches', pattern!);
  const compiled = compiledPattern(source, meter);
  meter.spend(compiled.cost(subject));
  return compiled.test(subject);
}

function compiledPattern(source: string, meter: Meter): Pattern {
  try {
    return meter.patterns.get(source);
  } catch (error) {
    if (error instanceof ExpressionFailure) throw error;
    throw new ExpressionFailure('expression_failed', `matches(): ${(error as Error).message}`);
  }
}

function substring([text, from, to]: readonly Value[], meter: Meter): Value {
  // Counts characters, as `size` does, so that no surrogate pair is split.
  const source = [...expectText('substring', text!)];
  meter.spendCharacters(source.length);
  const start = toIndex('substring', from!);
  const end = to === undefined ? source.length : toIndex('substring', to);
  if (start < 0 || end < start || end > source.length) {
    throw new ExpressionFailure(
      'expression_failed',
      `substring(${start}, ${end}) is out of range: the string has ${source.length} characters`,
    );
  }
  return source.slice(start, end).join('');
}

function split([text, separator]: readonly Value[], meter: Meter): Value {
  const source = expectText('split', text!);
  const between = expectText('split', separator!);
  meter.spendSearch(source.length, between.length);
  if (between === '') meter.spend(source.length);
  const parts = source.split(between);
  meter.spend(parts.length);
  return parts;
}

function scan(
  name: string,
  apply: (text: string, part: string) => Value,
): (args: readonly Value[], meter: Meter) => Value {
  return ([text, part], meter) => {
    const subject = expectText(name, text!);
    const wanted = expectText(name, part!);
    meter.spendSearch(subject.length, wanted.length);
    return apply(subject, wanted);
  };
}

function rewrite(name: string, apply: (text: string) => string) {
  return encode(name, 0, apply);
}

/** @param growth most characters that one character becomes; 0 = the text hardly grows */
function encode(
  name: string,
  growth: number,
  apply: (text: string) => string,
): (args: readonly Value[], meter: Meter) => Value {
  return ([text], meter) => {
    const source = expectText(name, text!);
    meter.spend(source.length);
    meter.allowString(source.length * growth);
    return apply(source);
  };
}

function expectText(name: string, value: Value): string {
  if (typeof value === 'string') return value;
  throw wrongType(name, value);
}

function toIndex(name: string, value: Value): number {
  const index = isNumeric(value) ? Number(value) : Number.NaN;
  if (Number.isSafeInteger(index)) return index;
  throw wrongType(name, value, '; use a whole number');
}

function wrongType(name: string, value: Value, hint = ''): ExpressionFailure {
  return new ExpressionFailure(
    'expression_type',
    `${name}() does not accept ${typeOf(value)}${hint}`,
  );
}
