/** Findings of a check. Equal ones are one line. */
export class Findings {
  readonly #times = new Map<string, number>();

  add(where: string, what: string, todo: string): void {
    const line = `${where}: ${what}; ${todo}`;
    this.#times.set(line, (this.#times.get(line) ?? 0) + 1);
  }

  lines(): string[] {
    return [...this.#times].map(([line, times]) =>
      times === 1 ? line : `${line} (${times} times)`,
    );
  }
}
