import { ExpressionFailure } from './failure.ts';
import { MAX_COST, MAX_STRING_LENGTH, MAX_TEMPLATE_BYTES } from './limits.ts';
import { Patterns } from './pattern.ts';

/** Characters that a string function gets through in the time of one unit of cost. */
const CHARACTERS_PER_UNIT = 16;
/** Characters compared in a search in the time that one is read. */
const COMPARED_PER_CHARACTER = 16;

/** Counts the work of one evaluation and ends it when it is too much. */
export class Meter {
  #patterns: Patterns | null = null;
  #cost = 0;
  #resultBytes = 0;

  spend(units: number): void {
    this.#cost += units;
    if (this.#cost > MAX_COST) {
      throw new ExpressionFailure('expression_limit', `costs more than ${MAX_COST} operations`);
    }
  }

  /** Compiled patterns, paid for here. */
  get patterns(): Patterns {
    return (this.#patterns ??= new Patterns((units) => this.spend(units)));
  }

  /** Reading or copying that many characters. */
  spendCharacters(count: number): void {
    this.spend(Math.ceil(count / CHARACTERS_PER_UNIT));
  }

  /**
   * Looking for a part in a text. JavaScript's search is quadratic for adverse strings: measured,
   * half a million a's around one b in a million a's take 11 s.
   */
  spendSearch(textLength: number, partLength: number): void {
    this.spendCharacters(textLength + (textLength * partLength) / COMPARED_PER_CHARACTER);
  }

  /** To be asked before a string of that length is built. */
  allowString(length: number): void {
    this.spendCharacters(length);
    if (length > MAX_STRING_LENGTH) {
      throw new ExpressionFailure(
        'expression_limit',
        `builds a string of more than ${MAX_STRING_LENGTH} characters`,
      );
    }
  }

  addResultBytes(bytes: number): void {
    this.#resultBytes += bytes;
    if (this.#resultBytes > MAX_TEMPLATE_BYTES) {
      throw new ExpressionFailure(
        'expression_limit',
        `the results of one template are larger than ${MAX_TEMPLATE_BYTES} bytes`,
      );
    }
  }
}
