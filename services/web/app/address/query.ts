/** A query as the router gives it. */
export type Query = Record<string, string | null | undefined | (string | null)[]>;

/** The first value of a name; null = none, or an empty one. */
export function one(value: Query[string]): string | null {
  const first = Array.isArray(value) ? value[0] : value;
  return first ? first : null;
}

/** What is set, so that addresses stay short. */
export function compact(
  entries: Record<string, string | null | undefined | unknown[]>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(entries).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
}
