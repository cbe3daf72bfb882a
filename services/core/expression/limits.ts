/** What an expression may be and do at most. */

/** Characters of one expression. */
export const MAX_EXPRESSION_LENGTH = 4_096;
/** Nesting of an expression, counted in operators; a chain `a + b + c` nests once per operator. */
export const MAX_EXPRESSION_DEPTH = 128;
/**
 * Work of evaluating one template, in units of about one small operation: an evaluated node, an
 * element that a macro or function looks at, some characters that a string function reads.
 */
export const MAX_COST = 500_000;
/** JSON bytes of one expression's result, escapes in texts aside. */
export const MAX_RESULT_BYTES = 256 * 1024;
/** The same of all results of one template together. */
export const MAX_TEMPLATE_BYTES = 1024 * 1024;
/** Nesting of a result. */
export const MAX_RESULT_DEPTH = 128;
/** Characters of a string that an expression builds on its way. */
export const MAX_STRING_LENGTH = 1024 * 1024;
/**
 * Work of compiling all different patterns that stand in one definition, those of its schemas
 * included. In the units of MAX_COST; an ordinary pattern takes one or two thousand.
 */
export const MAX_PATTERN_WORK = 250_000;
