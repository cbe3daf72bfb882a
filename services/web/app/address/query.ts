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

/** Names that change how a list is shown, not what is in it. */
const NO_FILTERS = ['cursor', 'flat'];

/** Whether a list's address narrows it; a page further down does not. */
export function hasFilters(query: Record<string, string>): boolean {
  return Object.keys(query).some((name) => !NO_FILTERS.includes(name));
}

/** What may be chosen; what is chosen is there also when the others do not, or no longer, name it. */
export function withChosen(names: readonly string[], chosen: string | null): readonly string[] {
  return chosen === null || names.includes(chosen) ? names : [chosen, ...names];
}
