import { isCollection, isMap, isSeq } from 'yaml';
import { type DefinitionText, keyOf, rangeOf, type Span } from './definition-text.ts';

/**
 * The place of a JSON pointer in the text: a scalar value, or the key of a map or list. If the value is missing, the
 * place is its nearest ancestor.
 */
export function spanOfPointer({ text, document }: DefinitionText, pointer: string): Span {
  let node: unknown = document.contents;
  let span = firstLine(text);
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => keyOf(key) === name);
      if (!pair) break;
      span = spanOf(isCollection(pair.value) ? pair.key : (pair.value ?? pair.key)) ?? span;
      node = pair.value;
    } else if (isSeq(node)) {
      const item: unknown = node.items[Number(name)];
      if (item === undefined) break;
      span = cutAtLine(text, spanOf(item) ?? span);
      node = item;
    } else {
      break;
    }
  }
  return span;
}

function spanOf(node: unknown): Span | null {
  const range = rangeOf(node);
  return range && { from: range[0], to: Math.max(range[1], range[0]) };
}

function firstLine(text: string): Span {
  const from = Math.max(0, text.search(/^[^#\s]/m));
  return cutAtLine(text, { from, to: text.length });
}

function cutAtLine(text: string, { from, to }: Span): Span {
  const end = text.indexOf('\n', from);
  return { from, to: end === -1 ? to : Math.min(to, end) };
}
