/** Regular expressions in linear time (RE2), for expressions and for JSON Schema's `pattern`. */

import { RE2JS } from 're2js';
import { estimateProgramSize } from './pattern-size.ts';

/** Characters of a pattern. */
export const MAX_PATTERN_LENGTH = 500;
/** Compiled size above which a pattern is refused: nested counts such as (a{99}){99} explode. */
const MAX_PROGRAM_SIZE = 1_000;
/** Each may come to hold 8 MB, by texts that take it through many states. */
const MAX_CACHED = 32;
/** Measured: (a?){500}a{500}, 2,502 instructions, takes 4 µs a character; ^[^\\s]+$, 6, takes 0.3. */
const SIZE_PER_UNIT = 32;
const BASE_SIZE = 32;

export interface Pattern {
  /** Whether the text holds a match anywhere. */
  test(text: string): boolean;
  /** What a test of the text may take at worst, in units of `Meter`. */
  cost(text: string): number;
}

const cache = new Map<string, Pattern>();

/**
 * Compiles a pattern in RE2 syntax: no look-around, no back-references. What that costs is told by
 * `compileCost`.
 *
 * @throws Error that says what is wrong with the pattern
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

/** The estimate is high: (ab?){300} has 901 instructions, and is told to have 1,500. */
const MAX_ESTIMATED_SIZE = 3 * MAX_PROGRAM_SIZE;
const TOO_LARGE = 'the pattern is too large when its counts unfold';

/** Measured, in units of `Meter` (0.2 µs): what a pattern takes to compile by what stands in it. */
const COMPILE_COSTS = {
  pattern: 250,
  character: 15,
  instruction: 12,
  /** `\p{L}` has 684 ranges, which alternatives merge and every instruction copies. */
  unicodeClass: 2_000,
  unicodeInstruction: 50,
  /** `(?i)[!-\u{1e900}]` looks at the cases of each of 125,000 characters. */
  foldedRange: 21_000,
} as const;

/** What compiling a pattern takes at worst, in units of `Meter`. Of one that is refused: next to nothing. */
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

/** The patterns of one evaluation or validation: each is paid for at its first use. */
export class Patterns {
  readonly #spend: (units: number) => void;
  readonly #paid = new Map<string, Pattern>();

  /** @param spend is told the units of `Meter` that compiling takes, before that */
  constructor(spend: (units: number) => void) {
    this.#spend = spend;
  }

  /** @throws Error, see `compilePattern`, and what `spend` throws */
  get(source: string): Pattern {
    const paid = this.#paid.get(source);
    if (paid) return paid;
    // Also when it is in the cache: what an evaluation costs does not depend on what was before it.
    this.#spend(compileCost(source));
    const pattern = compilePattern(source);
    this.#paid.set(source, pattern);
    return pattern;
  }
}
