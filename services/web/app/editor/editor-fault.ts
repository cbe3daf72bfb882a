import type { Fault } from '../../shared/api.ts';
import type { DefinitionText, Span } from './definition-text.ts';
import { spanOfPointer } from './pointer-span.ts';

/** A fault with its place in the text. */
export interface EditorFault extends Span {
  /** Counted from 1. */
  line: number;
  message: string;
  hint: string;
  /** '' = the whole text, or a syntax error. */
  pointer: string;
}

/** YAML syntax errors, or else the broken rules that the API reports. */
export function faultsOf(definition: DefinitionText, broken: readonly Fault[]): EditorFault[] {
  const { text, faults } = definition;
  const lineOf = (offset: number): number => text.slice(0, offset).split('\n').length;
  if (faults.length > 0)
    return faults.map((fault) => ({ ...fault, line: lineOf(fault.from), hint: '', pointer: '' }));
  return broken.map(({ pointer, message, hint }) => {
    const span = spanOfPointer(definition, pointer);
    return { ...span, line: lineOf(span.from), message, hint, pointer };
  });
}
