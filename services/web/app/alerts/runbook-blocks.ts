import { lexer, type Token, type Tokens } from 'marked';

/** A piece of a runbook. Lists contain pieces. */
export interface RunbookBlock {
  token: Token;
  children: RunbookBlock[];
}

/** The blocks of a runbook without its title. */
export function runbookBlocks(markdown: string): RunbookBlock[] {
  const tokens = lexer(markdown).filter((token) => !isTitle(token));
  return tokens.filter(({ type }) => type !== 'space').map(toBlock);
}

function toBlock(token: Token): RunbookBlock {
  return { token, children: childrenOf(token).map(toBlock) };
}

function childrenOf(token: Token): Token[] {
  if (token.type === 'list') return (token as Tokens.List).items;
  if (token.type === 'list_item' || token.type === 'blockquote')
    return (token as Tokens.ListItem).tokens.filter(({ type }) => type !== 'space');
  return [];
}

function isTitle(token: Token): boolean {
  return token.type === 'heading' && (token as Tokens.Heading).depth === 1;
}

/** The alert that a link between runbooks names: `no-worker-up.md` is `NoWorkerUp`; null = another link. */
export function alertOf(href: string): string | null {
  const [, file] = /^([a-z-]+)\.md$/.exec(href) ?? [];
  if (file === undefined) return null;
  return file.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
