const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

/** Media type for the bodies of an operation; JSON if it accepts several. */
export function bodyTypeOf(content: Readonly<Record<string, unknown>>): string {
  return JSON_TYPE in content ? JSON_TYPE : FORM_TYPE;
}

export function writeBody(type: string, value: unknown): string {
  if (type !== FORM_TYPE) return JSON.stringify(value);
  return new URLSearchParams(value as Record<string, string>).toString();
}

/** @throws Error if the text is not of this type */
export function readBody(type: string, text: string): unknown {
  if (type !== FORM_TYPE) return JSON.parse(text) as unknown;
  return Object.fromEntries(new URLSearchParams(text));
}
