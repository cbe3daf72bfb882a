/** The media types in which the fuzzers write bodies. */

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

/** Of an operation that takes several, the one that is written. */
export function bodyTypeOf(content: Readonly<Record<string, unknown>>): string {
  return JSON_TYPE in content ? JSON_TYPE : FORM_TYPE;
}

export function writeBody(type: string, value: unknown): string {
  if (type !== FORM_TYPE) return JSON.stringify(value);
  return new URLSearchParams(value as Record<string, string>).toString();
}

/** @throws Error when the text is none of this type */
export function readBody(type: string, text: string): unknown {
  if (type !== FORM_TYPE) return JSON.parse(text) as unknown;
  return Object.fromEntries(new URLSearchParams(text));
}
