/** The router's query. */
export type Query = Record<string, string | null | undefined | (string | null)[]>;

/** The first value of a parameter; null = missing or empty. */
export function one(value: Query[string]): string | null {
  const first = Array.isArray(value) ? value[0] : value;
  return first ? first : null;
}

/** Drops empty entries, so that addresses stay short. */
export function compact(
  entries: Record<string, string | null | undefined | unknown[]>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(entries).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
}

/** Parameters that change how a list looks, not its content. */
const NO_FILTERS = ['cursor', 'flat'];

/** Whether an address filters its list. A cursor is not a filter. */
export function hasFilters(query: Record<string, string>): boolean {
  return Object.keys(query).some((name) => !NO_FILTERS.includes(name));
}

/** Options for a select. The chosen one is always among them, even if it no longer exists. */
export function withChosen(names: readonly string[], chosen: string | null): readonly string[] {
  return chosen === null || names.includes(chosen) ? names : [chosen, ...names];
}
