/** A piece of text that people read. */
export interface Prose {
  text: string;
  /** Line number of its first character, from 1. */
  line: number;
}

const HIDDEN_IN_MARKDOWN =
  /^<!--[^]*?-->|^ *(```|~~~)[^]*?^ *\1|`+[^`]+`+|\]\([^)\s]*\)|<?https?:\/\/\S+/gm;

/** Markdown without code, link targets and comments. Line numbers do not change. */
export function proseOfMarkdown(markdown: string): Prose[] {
  return [{ text: markdown.replaceAll(HIDDEN_IN_MARKDOWN, blank), line: 1 }];
}

/** Comments and regular expressions, to skip them, and the three kinds of strings. */
const TOKEN =
  /\/\/.*|\/\*[^]*?\*\/|(?<=[(,=:[!&|?{;]\s*)\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n])+\/|(?<string>'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)/g;
/** A string that no person reads: a key, a path, an icon. */
const NAME = /^[a-z0-9_$.:/#@*?&=-]*$/;

/** Strings of TypeScript that people read. */
export function proseOfStrings(source: string): Prose[] {
  return [...source.matchAll(TOKEN)].flatMap(({ index, groups }) => {
    const text = groups?.['string']?.slice(1, -1).replaceAll(/\$\{[^{}]*\}|\\n/g, blank);
    if (text === undefined || NAME.test(text)) return [];
    return [{ text, line: source.slice(0, index).split('\n').length }];
  });
}

/** Replaces the text by spaces, so line numbers do not change. */
function blank(text: string): string {
  return text.replaceAll(/[^\n]/g, ' ');
}
