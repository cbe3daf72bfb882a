import { lexer, type Token, type Tokens } from 'marked';

/** Longer texts stay plain, because parsing them blocks the page. */
const MOST_CHARACTERS = 10_000;

/**
 * The Markdown blocks of a text; null = too long or too deep. Components draw the blocks from their
 * own elements, so the text's markup never gets into the page.
 */
export function markdownBlocks(text: string): Token[] | null {
  if (text.length > MOST_CHARACTERS) return null;
  try {
    return lexer(text, { gfm: true, breaks: true }).filter(({ type }) => type !== 'space');
  } catch {
    return null; // the lexer recurses once per level
  }
}

/** The tokens inside a block or an inline token. */
export function partsOf(token: Token): Token[] {
  if (token.type === 'list') return (token as Tokens.List).items;
  return ((token as { tokens?: Token[] }).tokens ?? []).filter(({ type }) => type !== 'space');
}

/** The link if it leads to a web site or to mail; null for others, such as scripts. */
export function safeHref(href: string): string | null {
  return /^(https?:|mailto:)/i.test(href.trim()) ? href.trim() : null;
}
