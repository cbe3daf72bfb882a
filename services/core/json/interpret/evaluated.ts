/** The members and items that a subschema has evaluated, for `unevaluatedProperties` and `-Items`. */
export class Evaluated {
  #allNames = false;
  #allItems = false;
  #itemsFromStart = 0;
  readonly #names = new Set<string>();
  readonly #items = new Set<number>();

  addName(name: string): void {
    this.#names.add(name);
  }

  addAllNames(): void {
    this.#allNames = true;
  }

  addItem(index: number): void {
    this.#items.add(index);
  }

  /** Adds the items before the index. */
  addItemsBefore(index: number): void {
    this.#itemsFromStart = Math.max(this.#itemsFromStart, index);
  }

  addAllItems(): void {
    this.#allItems = true;
  }

  /** @returns the number of entries added, which is the cost */
  addAll(other: Evaluated): number {
    this.#allNames ||= other.#allNames;
    this.#allItems ||= other.#allItems;
    this.addItemsBefore(other.#itemsFromStart);
    for (const name of other.#names) this.#names.add(name);
    for (const index of other.#items) this.#items.add(index);
    return other.#names.size + other.#items.size;
  }

  hasName(name: string): boolean {
    return this.#allNames || this.#names.has(name);
  }

  hasItem(index: number): boolean {
    return this.#allItems || index < this.#itemsFromStart || this.#items.has(index);
  }
}
