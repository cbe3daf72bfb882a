import { lexer, type Token, type Tokens } from 'marked';

/** Longer texts are shown as they are: a reader gains little, and a page would stand still. */
const MOST_CHARACTERS = 10_000;

/**
 * The blocks of a text that may be Markdown. Components draw them from their own elements: no markup of the text
 * gets into the page. null = too long or too deep to be read as Markdown.
 */
export function markdownBlocks(text: string): Token[] | null {
  if (text.length > MOST_CHARACTERS) return null;
  try {
    return lexer(text, { gfm: true, breaks: true }).filter(({ type }) => type !== 'space');
  } catch {
    return null; // it calls itself once for each level
  }
}

/** What is within a block or a run of text. */
export function partsOf(token: Token): Token[] {
  if (token.type === 'list') return (token as Tokens.List).items;
  return ((token as { tokens?: Token[] }).tokens ?? []).filter(({ type }) => type !== 'space');
}

/** Where a link may lead: to other sites and to mail, never to a script. null = nowhere. */
export function safeHref(href: string): string | null {
  return /^(https?:|mailto:)/i.test(href.trim()) ? href.trim() : null;
}
