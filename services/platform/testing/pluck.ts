/** A field of each item. Several fields make a list for each item. */
export function pluck(items: readonly object[], ...names: string[]): unknown[] {
  const lists = items.map((item) => names.map((name) => (item as Record<string, unknown>)[name]));
  return names.length === 1 ? lists.flat() : lists;
}
