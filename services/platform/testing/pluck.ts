/** Names of fields; of an answer without a type, any text. */
type NameOf<Item> = object extends Item ? string : keyof Item;

/** A field of each item. Several fields make a list for each item. */
export function pluck<Item>(items: readonly Item[], ...names: NameOf<Item>[]): unknown[] {
  const lists = items.map((item) => names.map((name) => item[name as keyof Item]));
  return names.length === 1 ? lists.flat() : lists;
}
