/** Limits the work of one validation. */

import { Patterns, type Pattern } from '../../expression/pattern.ts';

/**
 * Most work of one validation. A unit takes about 0.1 µs: a keyword applied to a value, an entry or
 * a name looked up, some characters read. Ordinary data of 1 MB takes about half of it.
 */
export const MAX_VALIDATION_COST = 1_000_000;

const CHARACTERS_PER_UNIT = 16;
/** Writing a value in canonical form takes this many times as long as reading it. */
const UNITS_PER_COMPARED_VALUE = 8;
/** A unit of `Pattern.cost`, as in expressions, is twice as large. */
const UNITS_PER_PATTERN_UNIT = 2;

export class ValidationTooCostly extends Error {}

/** The schema has a fault that `checkSchema` reports. */
export class UnusableSchema extends Error {}

/** Counts the work of one validation, and ends it at the limit. */
export class Work {
  readonly patterns = new Patterns((units) => this.spend(units * UNITS_PER_PATTERN_UNIT));
  #cost = 0;

  /** @throws ValidationTooCostly */
  spend(units: number): void {
    this.#cost += units;
    if (this.#cost > MAX_VALIDATION_COST) throw new ValidationTooCostly();
  }

  /** Counts reading characters. */
  spendCharacters(count: number): void {
    this.spend(Math.ceil(count / CHARACTERS_PER_UNIT));
  }

  /** Counts writing a value in canonical form. Call it before writing. */
  spendValue(value: unknown): void {
    const rest = [value];
    while (rest.length > 0) {
      const next = rest.pop();
      this.spend(UNITS_PER_COMPARED_VALUE);
      if (typeof next === 'string') {
        this.spendCharacters(next.length);
      } else if (Array.isArray(next)) {
        for (const item of next) rest.push(item);
      } else if (typeof next === 'object' && next !== null) {
        for (const [name, member] of Object.entries(next)) {
          this.spendCharacters(name.length);
          rest.push(member);
        }
      }
    }
  }

  /**
   * Whether a text matches. Counts the work of compiling and matching.
   *
   * @throws UnusableSchema for an invalid pattern
   */
  matches(pattern: string, text: string): boolean {
    const compiled = this.#compiled(pattern);
    this.spend(compiled.cost(text) * UNITS_PER_PATTERN_UNIT);
    return compiled.test(text);
  }

  #compiled(pattern: string): Pattern {
    try {
      return this.patterns.get(pattern);
    } catch (error) {
      if (error instanceof ValidationTooCostly) throw error;
      throw new UnusableSchema((error as Error).message);
    }
  }
}
