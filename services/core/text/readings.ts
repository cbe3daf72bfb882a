/** A text as its readers see it: as it is, and with the escapes of URLs, JSON and HTML undone. */

/** Escapes stand in one another: JSON in a form, a query in a query. */
const DEPTH = 2;

export interface Reading {
  readonly text: string;
  /** Where a place of `text`, in UTF-16 units, is in the text that was read. */
  originOf(place: number): number;
}

interface Escapes {
  /** What every one of them begins with. */
  readonly sign: string;
  readonly pattern: RegExp;
  /** What an escape stands for; itself where it only looks like one. */
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

/** The text itself comes first. Takes time and memory in proportion to its length. */
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
    text: source.text.replaceAll(pattern, decode),
    originOf(place) {
      // Only where something was found.
      places ??= mapPlaces(source.text, pattern, decode);
      return source.originOf(places[place]!);
    },
  };
}

/** For each unit of the decoded text, and for its end, where it begins in the source. */
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
