/** Passes JSON on as text, so that nobody parses it only to write it again. */

/** JSON that somebody else has written, e.g. a column of the database. `writeJson` copies it. */
export class JsonText {
  readonly text: string;

  /** @param text one valid JSON value */
  constructor(text: string) {
    this.text = text;
  }

  /** Called by `JSON.stringify`, which cannot write text as it is. Outside of `writeJson`, the text is parsed. */
  toJSON(): unknown {
    if (texts === null) return JSON.parse(this.text);
    texts.push(this.text);
    return HOLE;
  }
}

/** `JSON.stringify` never escapes a letter and always escapes a backslash, so it writes HOLE_TEXT nowhere else. */
const HOLE_TEXT = String.raw`"\u004a"`;
const HOLE = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(HOLE_TEXT);

/** Texts of the `writeJson` in progress, in the order in which it writes them. */
let texts: string[] | null = null;

/** As `JSON.stringify`, with the text of each `JsonText` in its place, byte for byte. */
export function writeJson(value: unknown): string {
  const mine: string[] = [];
  texts = mine;
  try {
    const [first = '', ...parts] = JSON.stringify(value).split(HOLE_TEXT);
    return first + parts.map((part, index) => mine[index]! + part).join('');
  } finally {
    texts = null;
  }
}
