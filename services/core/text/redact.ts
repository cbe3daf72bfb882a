/** Redacts secrets before values are stored, logged or shown. */

import { domainToASCII } from 'node:url';
import { type Reading, readingsOf } from './readings.ts';
import { couldBegin } from './secret-begin.ts';
import { createSearch, type Search } from './search.ts';

export const REDACTED = '[redacted]';

/** Shorter secrets would match ordinary text. */
export const MIN_SECRET_LENGTH = 8;

const LONGEST_HOST = 253;

export interface Redactor {
  /** The secrets of this redactor, to create it again in a thread. */
  readonly secrets: readonly string[];
  /** Replaces every spelling of a secret. */
  text(text: string): string;
  /** Replaces secrets in the strings, keys and numbers of a JSON value. */
  value(value: unknown): unknown;
  /** Redacts the start of a text that still grows: all but an end that later text could make a secret of. */
  start(text: string): RedactedStart;
}

export interface RedactedStart {
  redacted: string;
  /** How much of the text this is, in UTF-16 units. */
  length: number;
}

/** Redacts nothing. */
export const NO_SECRETS: Redactor = {
  secrets: [],
  text: (text) => text,
  value: (value) => value,
  start: (text) => ({ redacted: text, length: text.length }),
};

/** The place of a secret: its first UTF-16 unit, and the one after its last. */
type Range = readonly [start: number, end: number];

/**
 * Creates a redactor that finds secrets in any case: whole, line by line, trimmed, escaped for URLs, forms, JSON
 * or HTML (also two of these nested), as a host name, in UTF-8 read as Latin-1, and inside base64. It does not find
 * pieces of a secret.
 *
 * @param secrets those with fewer than `MIN_SECRET_LENGTH` characters are ignored
 */
export function createRedactor(secrets: readonly (string | null)[]): Redactor {
  const texts = secrets.flatMap((secret) => (secret === null ? [] : partsOf(secret)));
  const wanted = unique(texts).filter((text) => text.length >= MIN_SECRET_LENGTH);
  if (wanted.length === 0) return NO_SECRETS;
  const spellings = searchesFor(wanted.flatMap(spellingsOf));
  const cores = searchesFor(wanted.flatMap(base64Cores));

  function find(text: string): Range[] {
    const found: Range[] = [];
    for (const reading of readingsOf(text)) {
      const folded = foldCase(reading.text);
      for (const spelling of spellings) collect(folded, spelling, reading, found);
      for (const core of cores) collect(folded, core, reading, found, runAround);
    }
    return found;
  }

  function redact(text: string): string {
    const found = find(text);
    return found.length === 0 ? text : hide(text, found);
  }

  function start(text: string): RedactedStart {
    const found = find(text);
    let length = text.length;
    for (const reading of readingsOf(text)) {
      const folded = foldCase(reading.text);
      const core = couldBegin(folded, cores);
      const beside = core < folded.length ? Math.max(0, core - BESIDE_CORE) : core;
      const at = Math.min(couldBegin(folded, spellings), beside);
      if (at < folded.length) length = Math.min(length, reading.originOf(at));
    }
    for (const [begin, end] of found.toSorted((a, b) => b[0] - a[0]))
      if (begin < length && (end > length || end === text.length)) length = begin;
    const whole = found.filter(([, end]) => end <= length);
    return { redacted: hide(text.slice(0, length), whole), length };
  }

  return { secrets: texts, text: redact, value: (value) => redactValue(value, redact), start };
}

/** A log may contain just one line of a secret. */
function partsOf(secret: string): string[] {
  const lines = secret.split(/[\r\n]+/).map((line) => line.trim());
  return [secret, secret.trim(), ...lines];
}

/**
 * Spellings that `readingsOf` does not decode: a form has + for a space, a URL has / for a backslash, and clients
 * read UTF-8 in a header as Latin-1.
 */
function spellingsOf(text: string): string[] {
  const misread = Buffer.from(text).toString('latin1');
  const forms = [text, text.toWellFormed(), misread, text.replaceAll(' ', '+')];
  const host = text.length <= LONGEST_HOST ? domainToASCII(text) : '';
  return [
    ...forms,
    ...forms.map((form) => form.replaceAll('\\', '/')),
    ...(host.includes('xn--') ? [host] : []),
  ];
}

function redactValue(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value);
  if (typeof value === 'number') {
    const text = String(value);
    return redact(text) === text ? value : REDACTED;
  }
  if (Array.isArray(value)) return value.map((item) => redactValue(item, redact));
  if (typeof value !== 'object' || value === null) return value;
  // Unlike an assignment, `fromEntries` sets `__proto__` as a member.
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [redact(key), redactValue(member, redact)]),
  );
}

interface Wanted {
  readonly text: string;
  readonly length: number;
  readonly search: Search;
}

/** For texts with folded case. */
function searchesFor(texts: readonly string[]): Wanted[] {
  return unique(texts.map(foldCase)).map((text) => ({
    text,
    length: text.length,
    search: createSearch(text),
  }));
}

/** Adds all matches in a reading, as ranges of the original text. */
function collect(
  folded: string,
  { length, search }: Wanted,
  reading: Reading,
  found: Range[],
  extend: (text: string, range: Range, from: number) => Range = (_, range) => range,
): void {
  let done = 0;
  for (let at = search(folded, 0); at !== -1; at = search(folded, done)) {
    const [start, end] = extend(reading.text, [at, at + length], done);
    found.push([reading.originOf(start), reading.originOf(end)]);
    done = end;
  }
}

/** The whole base64 text around a core, because the neighbours contain the ends of the secret. */
function runAround(text: string, [first, last]: Range, from: number): Range {
  let start = first;
  while (start > from && isBase64(text, start - 1)) start--;
  let end = last;
  while (end < text.length && isBase64(text, end)) end++;
  while (text[end] === '=') end++;
  return [start, end];
}

function isBase64(text: string, at: number): boolean {
  return /[A-Za-z0-9+/_-]/.test(text[at]!);
}

/** Overlapping ranges become one. */
function hide(text: string, found: readonly Range[]): string {
  let redacted = '';
  let done = 0;
  for (const [start, end] of found.toSorted((a, b) => a[0] - b[0])) {
    if (start >= done) redacted += text.slice(done, start) + REDACTED;
    done = Math.max(done, end);
  }
  return redacted + text.slice(done);
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

const BASE64_BITS = 6;
/** Characters next to a core that contain bits of the secret, too. */
const BESIDE_CORE = 2;

/**
 * The base64 characters that a text, or its JSON, has in any larger text: those that depend on no neighbour, for
 * each of the three alignments and both alphabets.
 */
function base64Cores(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1);
  return json === text ? coresOf(text) : [...coresOf(text), ...coresOf(json)];
}

function coresOf(text: string): string[] {
  const bytes = Buffer.from(text);
  return [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const start = Math.ceil((before * 8) / BASE64_BITS);
    const end = Math.floor(((before + bytes.length) * 8) / BASE64_BITS);
    const core = encoded.slice(start, end);
    return [core, core.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

const ASCII = /^\p{ASCII}*$/u;
/** Folded UTF-16 unit by UTF-16 unit, filled on demand; 0 = unknown. */
const FOLDED = new Uint16Array(0x1_00_00);
const UTF16 = new TextDecoder('utf-16le', { ignoreBOM: true });

/**
 * Folds case without changing positions: texts that differ only in case become equal. A letter whose upper case has
 * another length (ß) stays as it is, and İ becomes i. Half a surrogate pair becomes U+FFFD. Letters that take a pair
 * (𐐨) stay, too.
 */
function foldCase(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  const units = new Uint16Array(text.length);
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    units[at] = FOLDED[unit] ||= foldUnit(unit);
  }
  return UTF16.decode(units);
}

/** Folds one letter alone: in a word, the lower case of Σ depends on its neighbours. */
function foldUnit(unit: number): number {
  const letter = String.fromCharCode(unit);
  const upper = letter.toUpperCase();
  return (upper.length === 1 ? upper : letter).toLowerCase().charCodeAt(0);
}
