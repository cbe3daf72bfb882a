/** Hides secrets in what is about to be stored, logged or shown. */

import { setMember } from '../expression/value.ts';
import { base64Cores, spellingsOf } from './spellings.ts';

export const REDACTED = '[redacted]';

/** Shorter texts are found in anything: they cannot be told from what is not secret. */
export const MIN_SECRET_LENGTH = 8;

export interface Redactor {
  /** The text with every spelling of a secret replaced. */
  text(text: string): string;
  /** A JSON value with the secrets in its strings, keys and numbers replaced. */
  value(value: unknown): unknown;
}

/** Where nothing is secret. */
export const NO_SECRETS: Redactor = { text: (text) => text, value: (value) => value };

/**
 * Finds the secrets as they are, line by line, without the spaces around them, in JSON, in forms and
 * URLs, in HTML, and in base64 of whatever surrounds them. Pieces of a secret are not found.
 *
 * @param secrets those with fewer than `MIN_SECRET_LENGTH` characters are left out
 */
export function createRedactor(secrets: readonly (string | null)[]): Redactor {
  const texts = secrets.flatMap((secret) => (secret === null ? [] : partsOf(secret)));
  const wanted = unique(texts).filter((text) => text.length >= MIN_SECRET_LENGTH);
  if (wanted.length === 0) return NO_SECRETS;
  const spellings = longestFirst(wanted.flatMap(spellingsOf));
  const cores = longestFirst(wanted.flatMap(base64Cores));

  function redact(text: string): string {
    let redacted = text;
    for (const spelling of spellings) {
      if (redacted.includes(spelling)) redacted = redacted.replaceAll(spelling, REDACTED);
    }
    for (const core of cores) {
      if (redacted.includes(core)) redacted = replaceRuns(redacted, core);
    }
    return redacted;
  }

  return { text: redact, value: (value) => redactValue(value, redact) };
}

/** Of a secret of several lines, a log may hold just one of them. */
function partsOf(secret: string): string[] {
  const lines = secret.split(/[\r\n]+/).map((line) => line.trim());
  return [secret, secret.trim(), ...lines];
}

function redactValue(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value);
  if (typeof value === 'number') {
    const text = String(value);
    return redact(text) === text ? value : REDACTED;
  }
  if (Array.isArray(value)) return value.map((item) => redactValue(item, redact));
  if (typeof value !== 'object' || value === null) return value;
  const redacted = {};
  for (const [key, member] of Object.entries(value)) {
    setMember(redacted, redact(key), redactValue(member, redact));
  }
  return redacted;
}

/** Replaces each run of base64 that holds the core: the ends of a secret are in its neighbours. */
function replaceRuns(text: string, core: string): string {
  let redacted = '';
  let done = 0;
  for (let at = text.indexOf(core); at !== -1; at = text.indexOf(core, done)) {
    let start = at;
    while (start > done && isBase64(text, start - 1)) start--;
    let end = at + core.length;
    while (end < text.length && isBase64(text, end)) end++;
    while (text[end] === '=') end++;
    redacted += text.slice(done, start) + REDACTED;
    done = end;
  }
  return redacted + text.slice(done);
}

function isBase64(text: string, at: number): boolean {
  return /[A-Za-z0-9+/_-]/.test(text[at]!);
}

function longestFirst(texts: readonly string[]): string[] {
  return unique(texts).toSorted((a, b) => b.length - a.length);
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
