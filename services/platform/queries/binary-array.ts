/** Element types by their names in statements. */
const ELEMENTS = {
  text: { oid: 25, size: null },
  json: { oid: 114, size: null },
  uuid: { oid: 2950, size: 16 },
  int: { oid: 23, size: 4 },
  bigint: { oid: 20, size: 8 },
  float8: { oid: 701, size: 8 },
  bool: { oid: 16, size: 1 },
} as const;

export type ElementType = keyof typeof ELEMENTS;

const HEADER_BYTES = 20;
const LENGTH_BYTES = 4;
const NULL_LENGTH = -1;
const TWO_TO_32 = 2 ** 32;
/** UTF-8 bytes per UTF-16 code unit. */
const MOST_BYTES_PER_CHAR = 3;
const SHORT_TEXT = 24;
const LAST_ASCII = 0x7f;

/** Buffer for arrays of unknown size; it grows with the largest array. */
let scratch = Buffer.allocUnsafe(64 * 1024);

/**
 * Encodes an array parameter in PostgreSQL's binary format, which `pg` sends unchanged. As text, this process escapes
 * each element and the server parses it: for commits with outputs of 1 kB, that took 18 % of a worker's time and 15 %
 * of the server's.
 * @param values strings for text, json and uuid, numbers (safe integers), booleans, or null
 * @throws TypeError if a value is not a UUID
 */
export function toBinaryArray(type: ElementType, values: readonly unknown[]): Buffer {
  const { oid, size } = ELEMENTS[type];
  const most = HEADER_BYTES + mostBytes(values, size);
  if (scratch.length < most) scratch = Buffer.allocUnsafe(2 * most);
  let hasNull = 0;
  let at = HEADER_BYTES;
  for (const value of values) {
    if (value === null) {
      hasNull = 1;
      at = scratch.writeInt32BE(NULL_LENGTH, at);
      continue;
    }
    const start = at + LENGTH_BYTES;
    const end = writeElement(scratch, start, type, value);
    scratch.writeInt32BE(end - start, at);
    at = end;
  }
  const dimensions = values.length === 0 ? 0 : 1;
  let head = scratch.writeInt32BE(dimensions, 0);
  head = scratch.writeInt32BE(hasNull, head);
  head = scratch.writeInt32BE(oid, head);
  head = scratch.writeInt32BE(values.length, head);
  scratch.writeInt32BE(1, head);
  return Buffer.from(scratch.subarray(0, dimensions === 0 ? head - LENGTH_BYTES : at));
}

/** An upper bound, because counting a text's bytes takes as long as writing them. */
function mostBytes(values: readonly unknown[], size: number | null): number {
  let bytes = values.length * LENGTH_BYTES;
  for (const value of values) {
    if (value !== null) bytes += size ?? (value as string).length * MOST_BYTES_PER_CHAR;
  }
  return bytes;
}

/** @returns the offset of the end of the element */
function writeElement(buffer: Buffer, at: number, type: ElementType, value: unknown): number {
  switch (type) {
    case 'text':
    case 'json':
      return at + writeText(buffer, at, value as string);
    case 'uuid':
      return at + writeUuid(buffer, at, value as string);
    case 'int':
      return buffer.writeInt32BE(value as number, at);
    case 'bigint':
      // Twice as fast as via BigInt; a safe integer has 53 bits.
      buffer.writeInt32BE(Math.floor((value as number) / TWO_TO_32), at);
      return buffer.writeUInt32BE((value as number) >>> 0, at + LENGTH_BYTES);
    case 'float8':
      return buffer.writeDoubleBE(value as number, at);
    case 'bool':
      return buffer.writeUInt8(value ? 1 : 0, at);
  }
}

/** For a short text, this loop is faster than a call of `write`. */
function writeText(buffer: Buffer, at: number, text: string): number {
  if (text.length > SHORT_TEXT) return buffer.write(text, at);
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > LAST_ASCII) return buffer.write(text, at);
    buffer[at + index] = code;
  }
  return text.length;
}

/** Takes 50 ns, four times as fast as removing the dashes and using Buffer. */
function writeUuid(buffer: Buffer, at: number, text: string): number {
  let seen = text.length === UUID_LENGTH ? 0 : NO_DIGIT;
  for (let index = 0; index < DIGIT_PAIRS.length; index++) {
    const place = DIGIT_PAIRS[index]!;
    const byte = (digitAt(text, place) << 4) | digitAt(text, place + 1);
    seen |= byte;
    buffer[at + index] = byte;
  }
  if (seen >= NO_DIGIT) throw new TypeError(`not a UUID: ${text}`);
  return DIGIT_PAIRS.length;
}

const digitAt = (text: string, at: number) => DIGITS[text.charCodeAt(at)] ?? NO_DIGIT;

const UUID_LENGTH = 36;
/** Positions of the digits of each byte. */
const DIGIT_PAIRS = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
const NO_DIGIT = 0x100;
/** Hexadecimal digits by their character codes. */
const DIGITS = new Uint16Array(128).fill(NO_DIGIT);
for (const [value, digit] of [...'0123456789abcdef'].entries()) {
  for (const letter of [digit, digit.toUpperCase()]) DIGITS[letter.charCodeAt(0)] = value;
}
