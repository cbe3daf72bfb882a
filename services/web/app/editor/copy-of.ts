import { readDefinitionText, rangeOf } from './definition-text.ts';

/** Renames a definition to `my-<name>`, so that saving it makes another workflow. */
export function copyOf(source: string): string {
  const { document } = readDefinitionText(source);
  const range = rangeOf(document.get('name', true));
  const name = document.get('name');
  if (!range || typeof name !== 'string') return source;
  const quote = /^["']/.exec(source.slice(range[0]))?.[0] ?? '';
  const renamed = `${quote}${`my-${name}`.slice(0, 63)}${quote}`;
  return source.slice(0, range[0]) + renamed + source.slice(range[1]);
}
