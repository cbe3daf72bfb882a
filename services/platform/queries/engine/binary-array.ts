/** Element types by the name that a statement gives them. */
const ELEMENTS = {
  text: { oid: 25, size: null },
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

/**
 * An array parameter in PostgreSQL's binary form, which `pg` sends as it is. As text, each element is
 * escaped here and parsed there: of commits with outputs of 1 kB that took 18 % of a worker's time,
 * and 15 % of the server's.
 * @param values of the type: strings for text and uuid, numbers (safe integers), booleans, or null
 * @throws TypeError for what is no UUID
 */
export function toBinaryArray(type: ElementType, values: readonly unknown[]): Buffer {
  const { oid, size } = ELEMENTS[type];
  const buffer = Buffer.allocUnsafe(HEADER_BYTES + sizeOf(values, size));
  let hasNull = 0;
  let at = HEADER_BYTES;
  for (const value of values) {
    if (value === null) {
      hasNull = 1;
      at = buffer.writeInt32BE(NULL_LENGTH, at);
      continue;
    }
    const start = at + LENGTH_BYTES;
    const end = writeElement(buffer, start, type, value);
    buffer.writeInt32BE(end - start, at);
    at = end;
  }
  const dimensions = values.length === 0 ? 0 : 1;
  let head = buffer.writeInt32BE(dimensions, 0);
  head = buffer.writeInt32BE(hasNull, head);
  head = buffer.writeInt32BE(oid, head);
  head = buffer.writeInt32BE(values.length, head);
  buffer.writeInt32BE(1, head);
  return dimensions === 0 ? buffer.subarray(0, HEADER_BYTES - 2 * LENGTH_BYTES) : buffer;
}

function sizeOf(values: readonly unknown[], size: number | null): number {
  let bytes = values.length * LENGTH_BYTES;
  for (const value of values) {
    if (value !== null) bytes += size ?? Buffer.byteLength(value as string);
  }
  return bytes;
}

/** Answers where the element ends. */
function writeElement(buffer: Buffer, at: number, type: ElementType, value: unknown): number {
  switch (type) {
    case 'text':
      return at + buffer.write(value as string, at);
    case 'uuid':
      return at + writeUuid(buffer, at, value as string);
    case 'int':
      return buffer.writeInt32BE(value as number, at);
    case 'bigint':
      // Twice as fast as by way of a BigInt, and a safe integer has 53 bits.
      buffer.writeInt32BE(Math.floor((value as number) / TWO_TO_32), at);
      return buffer.writeUInt32BE((value as number) >>> 0, at + LENGTH_BYTES);
    case 'float8':
      return buffer.writeDoubleBE(value as number, at);
    case 'bool':
      return buffer.writeUInt8(value ? 1 : 0, at);
  }
}

function writeUuid(buffer: Buffer, at: number, text: string): number {
  const hex = text.replaceAll('-', '');
  const written = hex.length === 32 ? buffer.write(hex, at, 'hex') : 0;
  if (written !== ELEMENTS.uuid.size) throw new TypeError(`not a UUID: ${text}`);
  return written;
}
