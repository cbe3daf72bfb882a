/** Redacts secrets before values are stored, logged or shown. */

export const REDACTED = '[redacted]';

/** Shorter secrets would match ordinary text. */
export const MIN_SECRET_LENGTH = 8;

export interface Redactor {
  /** Replaces every spelling of a secret. */
  text(text: string): string;
  /** Replaces secrets in the strings, keys and numbers of a JSON value. */
  value(value: unknown): unknown;
}

/** Redacts nothing. */
export const NO_SECRETS: Redactor = {
  text: (text) => text,
  value: (value) => value,
};

/**
 * Creates a redactor that finds secrets as they are, escaped for JSON, URLs or forms, and inside base64: whole and line
 * by line. It finds no other spelling, and no pieces of a secret.
 *
 * @param secrets those with fewer than `MIN_SECRET_LENGTH` characters are ignored
 */
export function createRedactor(secrets: readonly (string | null)[]): Redactor {
  const wanted = secrets
    .flatMap((secret) => (secret === null ? [] : partsOf(secret)))
    .filter((part) => part.length >= MIN_SECRET_LENGTH);
  if (wanted.length === 0) return NO_SECRETS;
  // A secret can contain another one.
  const spellings = [...new Set(wanted.flatMap(spellingsOf))].toSorted(
    (a, b) => b.length - a.length,
  );
  const redact = (text: string): string =>
    spellings.reduce((redacted, spelling) => redacted.replaceAll(spelling, REDACTED), text);
  return { text: redact, value: (value) => redactValue(value, redact) };
}

/** A log may contain just one line of a secret. */
function partsOf(secret: string): string[] {
  return [secret, ...[secret, ...secret.split(/[\r\n]+/)].map((part) => part.trim())];
}

function spellingsOf(text: string): string[] {
  // Half a surrogate pair has no bytes.
  const wellFormed = text.toWellFormed();
  return [
    text,
    JSON.stringify(text).slice(1, -1),
    encodeURIComponent(wellFormed),
    new URLSearchParams([['', wellFormed]]).toString().slice(1),
    ...inBase64(text),
  ];
}

const BASE64_BITS = 6;

/**
 * The base64 of a text, and the characters that it has inside any longer text: those that depend on no neighbour, for
 * each of the three alignments. In both alphabets.
 */
function inBase64(text: string): string[] {
  const bytes = Buffer.from(text);
  const cores = [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const start = Math.ceil((before * 8) / BASE64_BITS);
    const end = Math.floor(((before + bytes.length) * 8) / BASE64_BITS);
    return encoded.slice(start, end);
  });
  return [bytes.toString('base64'), ...cores].flatMap((encoded) => [
    encoded,
    encoded.replaceAll('+', '-').replaceAll('/', '_'),
  ]);
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
