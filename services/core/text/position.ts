/** A position in a text. */

export interface Position {
  /** From 1. */
  line: number;
  /** From 1, in UTF-16 units. */
  column: number;
}

export function describePosition(text: string, offset: number): Position {
  let line = 1;
  let lineStart = 0;
  for (;;) {
    const end = text.indexOf('\n', lineStart);
    if (end === -1 || end >= offset) return { line, column: offset - lineStart + 1 };
    line++;
    lineStart = end + 1;
  }
}
