/** A value as text: a string unchanged, other values as indented JSON. */
export function jsonText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? '');
}

/** Parses JSON; `error` says why the text isn't JSON. */
export function readJsonText(text: string): { value: unknown; error: string | null } {
  try {
    return { value: JSON.parse(text) as unknown, error: null };
  } catch (error) {
    return { value: undefined, error: (error as Error).message };
  }
}

/** The last 8 characters of an id. They are random; a UUIDv7 begins with its time. */
export function shortId(id: string): string {
  return id.slice(-8);
}
