/** Regular expressions in linear time (RE2), for expressions and for JSON Schema's `pattern`. */

import { RE2JS } from 're2js';
import { estimateProgramSize } from './pattern-size.ts';

/** Characters of a pattern. */
export const MAX_PATTERN_LENGTH = 500;
/** Largest compiled size: nested counts such as (a{99}){99} explode. */
const MAX_PROGRAM_SIZE = 1_000;
/** Each can grow to 8 MB, if texts lead it through many states. */
const MAX_CACHED = 32;
/** Measured: (a?){500}a{500} (2,502 instructions) takes 4 µs per character, ^[^\\s]+$ (6) takes 0.3. */
const SIZE_PER_UNIT = 32;
const BASE_SIZE = 32;

export interface Pattern {
  /** Whether the text contains a match. */
  test(text: string): boolean;
  /** Worst cost of a test, in units of `Meter`. */
  cost(text: string): number;
}

const cache = new Map<string, Pattern>();

/**
 * Compiles a pattern in RE2 syntax: no look-around, no back-references. `compileCost` returns the
 * cost in advance.
 *
 * @throws Error that describes the fault of the pattern
 */
export function compilePattern(source: string): Pattern {
  const cached = cache.get(source);
  cache.delete(source);
  const pattern = cached ?? compile(source);
  if (cache.size >= MAX_CACHED) cache.delete(cache.keys().next().value!);
  cache.set(source, pattern);
  return pattern;
}

function compile(source: string): Pattern {
  if (source.length > MAX_PATTERN_LENGTH) {
    throw new Error(`the pattern is longer than ${MAX_PATTERN_LENGTH} characters`);
  }
  const translated = RE2JS.translateRegExp(source);
  if (estimateProgramSize(translated) > MAX_ESTIMATED_SIZE) throw new Error(TOO_LARGE);
  const compiled = RE2JS.compile(translated);
  const size = compiled.programSize();
  if (size > MAX_PROGRAM_SIZE) throw new Error(TOO_LARGE);
  return {
    test: (text) => compiled.test(text),
    cost: (text) => Math.ceil((text.length * (size + BASE_SIZE)) / SIZE_PER_UNIT),
  };
}

/** Estimates can be too high: 1,500 for (ab?){300}, which has 901 instructions. */
const MAX_ESTIMATED_SIZE = 3 * MAX_PROGRAM_SIZE;
const TOO_LARGE = 'the pattern is too large when its counts unfold';

/** Measured costs of compiling the parts of a pattern, in units of `Meter` (0.2 µs). */
const COMPILE_COSTS = {
  pattern: 250,
  character: 15,
  instruction: 12,
  /** `\p{L}` has 684 ranges. Alternatives merge them, and each instruction copies them. */
  unicodeClass: 2_000,
  unicodeInstruction: 50,
  /** `(?i)[!-\u{1e900}]` folds the case of each of 125,000 characters. */
  foldedRange: 21_000,
} as const;

/** Worst cost of compiling a pattern, in units of `Meter`. A pattern that is too long costs 1. */
export function compileCost(source: string): number {
  if (source.length > MAX_PATTERN_LENGTH) return 1;
  const size = Math.min(estimateProgramSize(source), MAX_ESTIMATED_SIZE);
  const unicodeClasses = source.match(/\\[pP]/g)?.length ?? 0;
  const foldedRanges = /\(\?[a-zA-Z]*i/.test(source)
    ? (source.match(/-(?:\\|[^\0-\x7f])/g)?.length ?? 0)
    : 0;
  return (
    COMPILE_COSTS.pattern +
    source.length * COMPILE_COSTS.character +
    size * (COMPILE_COSTS.instruction + (unicodeClasses && COMPILE_COSTS.unicodeInstruction)) +
    unicodeClasses * COMPILE_COSTS.unicodeClass +
    foldedRanges * COMPILE_COSTS.foldedRange
  );
}

/** The patterns of one evaluation or validation. Each one costs at its first use. */
export class Patterns {
  readonly #spend: (units: number) => void;
  readonly #paid = new Map<string, Pattern>();

  /** @param spend receives the cost of compiling, in units of `Meter`, before it happens */
  constructor(spend: (units: number) => void) {
    this.#spend = spend;
  }

  /** @throws Error, see `compilePattern`, and what `spend` throws */
  get(source: string): Pattern {
    const paid = this.#paid.get(source);
    if (paid) return paid;
    // Also for a cached pattern, so that the cost of an evaluation never depends on earlier ones.
    this.#spend(compileCost(source));
    const pattern = compilePattern(source);
    this.#paid.set(source, pattern);
    return pattern;
  }
}
