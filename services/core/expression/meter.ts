import { ExpressionFailure } from './failure.ts';
import { MAX_COST, MAX_STRING_LENGTH, MAX_TEMPLATE_BYTES } from './limits.ts';
import { Patterns } from './pattern.ts';

/** Characters that a string function processes for one unit of cost. */
const CHARACTERS_PER_UNIT = 16;
/** Characters that a search compares in the time of reading one. */
const COMPARED_PER_CHARACTER = 16;
/** An exception takes some 10 µs, as long as 80 small operations. At 20, a list may have 20,000 failures. */
const COST_OF_FAILURE = 20;

/** Counts the work of one evaluation, and ends it at the limit. */
export class Meter {
  #patterns: Patterns | null = null;
  #cost = 0;
  #resultBytes = 0;

  spend(units: number): void {
    this.#cost += units;
    if (this.#cost > MAX_COST) {
      throw new ExpressionFailure('expression_limit', `takes more than ${MAX_COST} operations`);
    }
  }

  /** Compiled patterns, whose cost counts here. */
  get patterns(): Patterns {
    return (this.#patterns ??= new Patterns((units) => this.spend(units)));
  }

  /** Counts reading or copying of characters. */
  spendCharacters(count: number): void {
    this.spend(Math.ceil(count / CHARACTERS_PER_UNIT));
  }

  /**
   * Counts a search for a part in a text. JavaScript's search is quadratic for adverse strings: it
   * takes 11 s to find half a million a's around one b in a million a's (measured).
   */
  spendSearch(textLength: number, partLength: number): void {
    this.spendCharacters(textLength + (textLength * partLength) / COMPARED_PER_CHARACTER);
  }

  /** Call it before building a string of this length. */
  allowString(length: number): void {
    this.spendCharacters(length);
    if (length > MAX_STRING_LENGTH) {
      throw new ExpressionFailure(
        'expression_limit',
        `builds a string of more than ${MAX_STRING_LENGTH} characters`,
      );
    }
  }

  /**
   * Counts a failure that another operand or item can make up for.
   * @throws the error, if it is no failure of an expression, or an exceeded limit
   */
  absorb(error: unknown): void {
    if (!(error instanceof ExpressionFailure) || error.code === 'expression_limit') throw error;
    this.spend(COST_OF_FAILURE);
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
