import { isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { keyOf, rangeOf } from './definition-text.ts';

/** The place of the cursor in a definition, which may be incomplete. */
export interface Place {
  /** Path of the map whose key is being written, or of the value. */
  path: (string | number)[];
  role: 'key' | 'value';
  /** Start of the key or value that ends at the cursor. */
  from: number;
  /** Text from there to the cursor. */
  typed: string;
  /** The other keys of the map. */
  siblings: string[];
  /** Whether a colon already follows the key. */
  hasColon: boolean;
  /** The parsed definition, with `CURSOR` for the word at the cursor. */
  value: unknown;
}

/** A word that stands for the cursor while the text is parsed. */
const CURSOR = 'aioCursorIsHere';

/** Finds the place of the cursor. null = in a comment, or unknown. */
export function placeAt(text: string, offset: number): Place | null {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  const [word] = /[\w-]*$/.exec(line)!;
  const [, rest = '', colon] = /^([\w-]*)(\s*:)?/.exec(text.slice(offset))!;
  const wordFrom = offset - word.length;
  // A colon makes a lone word a key; otherwise the parser joins it with the next line.
  const isAlone = /^\s*(?:- +)*[\w-]*$/.test(line) && colon === undefined;
  const marked = `${text.slice(0, wordFrom)}${CURSOR}${isAlone ? ':' : ''}${text.slice(offset + rest.length)}`;
  const document = parseDocument(marked, { schema: 'core', uniqueKeys: false, logLevel: 'silent' });
  const found = find(document.contents, []);
  if (found === null) return null;
  const from =
    found.role === 'key' || found.textFrom > wordFrom ? wordFrom : skipQuote(text, found.textFrom);
  const { path, role, siblings } = found;
  const typed = text.slice(from, offset);
  return { path, role, from, typed, siblings, hasColon: colon !== undefined, value: read() };

  function read(): unknown {
    try {
      return document.toJS() as unknown;
    } catch {
      return null; // unresolved aliases
    }
  }
}

interface Found extends Pick<Place, 'path' | 'role' | 'siblings'> {
  textFrom: number;
}

function find(node: unknown, path: (string | number)[]): Found | null {
  if (isMap(node)) {
    for (const { key, value } of node.items) {
      const name = keyOf(key);
      if (name === CURSOR) {
        const siblings = node.items.map((pair) => keyOf(pair.key)).filter((it) => it !== CURSOR);
        return { path, role: 'key', siblings, textFrom: rangeOf(key)?.[0] ?? 0 };
      }
      const found = find(value, [...path, name]);
      if (found) return found;
    }
  } else if (isSeq(node)) {
    for (const [index, item] of node.items.entries()) {
      const found = find(item, [...path, index]);
      if (found) return found;
    }
  } else if (isScalar(node) && typeof node.value === 'string' && node.value.includes(CURSOR)) {
    return { path, role: 'value', siblings: [], textFrom: rangeOf(node)?.[0] ?? 0 };
  }
  return null;
}

function skipQuote(text: string, from: number): number {
  return text[from] === '"' || text[from] === "'" ? from + 1 : from;
}
