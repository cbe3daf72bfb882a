import type { Fault } from '../../shared/api.ts';
import { type DefinitionText, type Span, keyOf, rangeOf } from './definition-text.ts';
import { isCollection, isMap, isSeq } from 'yaml';

/** A fault with its place in the text. */
export interface EditorFault extends Span {
  /** Counted from 1. */
  line: number;
  message: string;
  hint: string;
  /** The step that has it; null = none. */
  step: string | null;
}

/** YAML syntax errors, or else the broken rules that the API reports. */
export function faultsOf(definition: DefinitionText, broken: readonly Fault[]): EditorFault[] {
  const { text, faults } = definition;
  const lineOf = (offset: number): number => text.slice(0, offset).split('\n').length;
  if (faults.length > 0)
    return faults.map((fault) => ({ ...fault, line: lineOf(fault.from), hint: '', step: null }));
  return broken.map(({ pointer, ...said }) => {
    const span = spanOfPointer(definition, pointer);
    const [part, step = null] = partsOf(pointer);
    return {
      ...span,
      line: lineOf(span.from),
      ...plainly(said),
      step: part === 'steps' ? step : null,
    };
  });
}

/** A hint says in words what a pattern means, so it comes first. */
function plainly({ message, hint }: Pick<Fault, 'message' | 'hint'>) {
  const isPattern = hint !== '' && message.includes(' does not match the pattern ');
  return isPattern ? { message: hint, hint: message } : { message, hint };
}

function partsOf(pointer: string): string[] {
  const parts = pointer.split('/').slice(1);
  return parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/**
 * The place of a JSON pointer in the text: a scalar value, or the key of a map or list. If the value is missing, the
 * place is its nearest ancestor.
 */
export function spanOfPointer({ text, document }: DefinitionText, pointer: string): Span {
  let node: unknown = document.contents;
  let span = firstLine(text);
  for (const name of partsOf(pointer)) {
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
