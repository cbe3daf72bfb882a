/** Limits of expressions. */

/** Characters of one expression. */
export const MAX_EXPRESSION_LENGTH = 4_096;
/** Nesting of an expression. Each operator of a chain `a + b + c` is a level. */
export const MAX_EXPRESSION_DEPTH = 128;
/**
 * Work of evaluating one template. A unit is about one small operation: an evaluated node, an
 * element that a macro or function reads, some characters that a string function reads.
 */
export const MAX_COST = 500_000;
/** JSON bytes of one expression's result, without escapes in strings. */
export const MAX_RESULT_BYTES = 256 * 1024;
/** JSON bytes of all results of one template. */
export const MAX_TEMPLATE_BYTES = 1024 * 1024;
/** Nesting of a result. */
export const MAX_RESULT_DEPTH = 128;
/** Characters of a string that an expression builds. */
export const MAX_STRING_LENGTH = 1024 * 1024;
/**
 * Work of compiling all distinct patterns of one definition and its schemas, in the units of
 * MAX_COST. An ordinary pattern takes one or two thousand.
 */
export const MAX_PATTERN_WORK = 250_000;
