/** Finds each `${{ … }}` in a string. `$${{` stands for the characters `${{`. */

import { ExpressionSyntaxError } from './failure.ts';

export type Segment =
  | { readonly type: 'text'; readonly text: string }
  /** `offset`: start of the expression in the string. */
  | { readonly type: 'expression'; readonly text: string; readonly offset: number };

const OPEN = '${{';
const ESCAPED_OPEN = '$${{';

/** Whether a string needs evaluation or unescaping. */
export function isTemplate(text: string): boolean {
  return text.includes(OPEN);
}

/**
 * Splits a string into literal text and expressions.
 *
 * @throws ExpressionSyntaxError for an unclosed `${{`, after yielding the text before it
 */
export function* splitPlaceholders(text: string): Generator<Segment, void> {
  let literal = '';
  let position = 0;
  while (position < text.length) {
    const open = text.indexOf(OPEN, position);
    if (open === -1) break;
    const isEscaped = open > position && text[open - 1] === '$';
    if (isEscaped) {
      literal += text.slice(position, open - 1) + OPEN;
      position = open + OPEN.length;
      continue;
    }
    literal += text.slice(position, open);
    if (literal !== '') yield { type: 'text', text: literal };
    literal = '';
    const start = open + OPEN.length;
    const end = findClose(text, start);
    yield { type: 'expression', text: text.slice(start, end), offset: start };
    position = end + 2;
  }
  literal += text.slice(position);
  if (literal !== '') yield { type: 'text', text: literal };
}

/** The expression, if there is only white space around it; else null. */
export function soleExpression(
  segments: Iterable<Segment>,
): Extract<Segment, { type: 'expression' }> | null {
  let sole: Extract<Segment, { type: 'expression' }> | null = null;
  for (const segment of segments) {
    if (segment.type === 'text') {
      if (segment.text.trim() !== '') return null;
    } else {
      if (sole) return null;
      sole = segment;
    }
  }
  return sole;
}

/** Index of the `}}` that closes an expression. Skips quotes and the braces of map literals. */
function findClose(text: string, start: number): number {
  let depth = 0;
  let position = start;
  while (position < text.length) {
    const character = text[position]!;
    if (character === '"' || character === "'") {
      position = skipString(text, position);
      continue;
    }
    if (character === '{') depth++;
    if (character === '}') {
      if (depth === 0 && text[position + 1] === '}') return position;
      depth = Math.max(0, depth - 1);
    }
    position++;
  }
  throw new ExpressionSyntaxError(
    'expression_syntax',
    `${OPEN} has no closing }}`,
    `write ${ESCAPED_OPEN} for the characters ${OPEN}`,
    start - OPEN.length,
  );
}

/** Index after the CEL string that opens at `start`, or the end of the text if it never closes. */
function skipString(text: string, start: number): number {
  const quote = text[start]!;
  const isRaw = /[rR]/.test(text[start - 1] ?? '');
  const fence = text.startsWith(quote.repeat(3), start) ? quote.repeat(3) : quote;
  let position = start + fence.length;
  while (position < text.length) {
    if (text.startsWith(fence, position)) return position + fence.length;
    position += text[position] === '\\' && !isRaw ? 2 : 1;
  }
  return text.length;
}
