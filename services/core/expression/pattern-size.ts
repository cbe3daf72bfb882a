/** Estimates the size of a compiled pattern from its text, because compiling a large one takes time. */

/**
 * Estimates the instructions of a valid RE2 pattern, at least half of them. Reads the text once.
 */
export function estimateProgramSize(source: string): number {
  /** Sizes of the open groups, the innermost last; and of the atom that a count would repeat. */
  const groups = [0];
  let atom = 0;
  const add = (size: number) => {
    atom = size;
    groups[groups.length - 1]! += size;
  };
  for (let position = 0; position < source.length;) {
    TOKEN.lastIndex = position;
    const [token, quoted, fewest, most] = TOKEN.exec(source)!;
    position += token.length;
    if (quoted !== undefined) {
      add(quoted.length);
    } else if (fewest !== undefined) {
      const count = Math.max(Number(fewest), Number(most || 0), 1);
      const unfolded = (atom + 1) * count;
      groups[groups.length - 1]! += unfolded - atom;
      atom = unfolded;
    } else if (token.startsWith('(')) {
      if (!token.endsWith(')')) groups.push(token.endsWith(':') ? 0 : 2);
    } else if (token === ')' && groups.length > 1) {
      add(groups.pop()!);
    } else if ('*+?|'.includes(token)) {
      groups[groups.length - 1]! += 1;
      atom += 1;
    } else {
      add(1);
    }
  }
  return groups.reduce((total, size) => total + size, 0);
}

/** A quotation, an escape, a class, a count, the start of a group or flags, or one character. */
const TOKEN =
  /\\Q(.*?)(?:\\E|$)|\\[pPxu]\{[^}]*\}|\\.|\[\^?\]?(?:\[:[^\]]*:\]|\\.|[^\]\\])*\]|\{(\d+)(?:,(\d*))?\}|\(\?[a-zA-Z-]*[:)]|./suy;
