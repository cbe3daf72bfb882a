import { isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { keyOf, rangeOf } from './definition-text.ts';

/** Where the cursor is in a definition, also in one that is half written. */
export interface Place {
  /** To the map whose key is written, or to the value. */
  path: (string | number)[];
  role: 'key' | 'value';
  /** Of the word, or of the value's text, that ends at the cursor. */
  from: number;
  /** What is written from there to the cursor. */
  typed: string;
  /** The other keys of the map. */
  siblings: string[];
  /** Whether a colon follows, so that a key needs none. */
  hasColon: boolean;
  /** What the definition says, with `CURSOR` for the word at the cursor. */
  value: unknown;
}

/** A word that stands for the cursor while the text is parsed. */
const CURSOR = 'aioCursorIsHere';

/** null = the cursor is in a comment, or nothing can be said of it. */
export function placeAt(text: string, offset: number): Place | null {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  const [word] = /[\w-]*$/.exec(line)!;
  const [, rest = '', colon] = /^([\w-]*)(\s*:)?/.exec(text.slice(offset))!;
  const wordFrom = offset - word.length;
  // Alone in its line it is read as a key; the parser would take it and the next line as one text.
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
      return null; // aliases that lead nowhere
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
