/** Decodes a text in every way: unchanged, and with the escapes of URLs, JSON and HTML decoded. */

/** Escapes can be nested: JSON in a form, a query in a query. */
const DEPTH = 2;

export interface Reading {
  readonly text: string;
  /** The position in the original text, in UTF-16 units, of a position in `text`. */
  originOf(place: number): number;
}

interface Escapes {
  /** The first character of each escape. */
  readonly sign: string;
  readonly pattern: RegExp;
  /** The decoded escape, or the escape itself if it is invalid. */
  decode(escape: string): string;
}

const JSON_LETTERS: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

const HTML_NAMES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

const ESCAPES: readonly Escapes[] = [
  {
    // The bytes of one character in UTF-8.
    sign: '%',
    pattern:
      /%[0-7][\da-f]|%[cd][\da-f]%[89ab][\da-f]|%e[\da-f](?:%[89ab][\da-f]){2}|%f[0-7](?:%[89ab][\da-f]){3}/gi,
    decode(escape) {
      if (escape.length === 3) return charOf(escape.slice(1));
      return Buffer.from(escape.replaceAll('%', ''), 'hex').toString();
    },
  },
  {
    sign: '\\',
    pattern: /\\(?:u[\da-f]{4}|[bfnrt"'/\\])/gi,
    decode(escape) {
      const letter = escape[1]!.toLowerCase();
      return letter === 'u' ? charOf(escape.slice(2)) : (JSON_LETTERS[letter] ?? letter);
    },
  },
  {
    sign: '&',
    pattern: /&(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[\da-f]{1,6});/gi,
    decode(escape) {
      const name = escape.slice(1, -1).toLowerCase();
      if (!name.startsWith('#')) return HTML_NAMES[name]!;
      const code = name[1] === 'x' ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
      return code <= 0x10_ff_ff ? String.fromCodePoint(code) : escape;
    },
  },
];

function charOf(hex: string): string {
  return String.fromCharCode(Number.parseInt(hex, 16));
}

/** The text itself comes first. Takes linear time and memory. */
export function readingsOf(text: string): Reading[] {
  const readings: Reading[] = [{ text, originOf: (place) => place }];
  let last: readonly Reading[] = readings;
  for (let depth = 0; depth < DEPTH; depth += 1) {
    const next: Reading[] = [];
    for (const reading of last)
      for (const escapes of ESCAPES)
        if (reading.text.includes(escapes.sign)) next.push(undo(reading, escapes));
    readings.push(...next);
    last = next;
  }
  return readings;
}

function undo(source: Reading, { pattern, decode }: Escapes): Reading {
  let places: Uint32Array | null = null;
  return {
    text: decodeAll(source.text, pattern, decode),
    originOf(place) {
      // Only if a secret was found.
      places ??= mapPlaces(source.text, pattern, decode);
      return source.originOf(places[place]!);
    },
  };
}

/** Pieces that become one string together. A string grown by `+=` takes 32 bytes for each piece, until it is read. */
const PIECES = 1024;

/** Like `replaceAll`, which holds all matches at once: 5 million in 15 MB of `%41`, of some 100 bytes each. */
function decodeAll(source: string, pattern: RegExp, decode: (escape: string) => string): string {
  let text = '';
  let pieces: string[] = [];
  let read = 0;
  for (const { 0: escape, index } of source.matchAll(pattern)) {
    if (index > read) pieces.push(source.slice(read, index));
    pieces.push(decode(escape));
    read = index + escape.length;
    if (pieces.length < PIECES) continue;
    text += pieces.join('');
    pieces = [];
  }
  return text + pieces.join('') + source.slice(read);
}

/** The source position of each UTF-16 unit of the decoded text, and of its end. */
function mapPlaces(
  source: string,
  pattern: RegExp,
  decode: (escape: string) => string,
): Uint32Array {
  const places = new Uint32Array(source.length + 1);
  let read = 0;
  let written = 0;
  const copyTo = (end: number): void => {
    while (read < end) places[written++] = read++;
  };
  for (const { 0: escape, index } of source.matchAll(pattern)) {
    copyTo(index);
    const { length } = decode(escape);
    places.fill(read, written, written + length);
    written += length;
    read += escape.length;
  }
  copyTo(source.length);
  places[written] = read;
  return places;
}
