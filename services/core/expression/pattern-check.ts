/** Checks the regular expressions of one definition, and bounds what compiling them all takes. */

import type { Fault } from '../errors.ts';
import { MAX_PATTERN_WORK } from './limits.ts';
import { compileCost, compilePattern } from './pattern.ts';

/** What is wrong with a pattern. */
export type PatternFault = Pick<Fault, 'rule' | 'message' | 'hint'>;

/** @returns what is wrong with the pattern; null = nothing */
export type CheckPattern = (source: string) => PatternFault | null;

/** A check that compiles patterns up to the work that a definition's may take, each text once. */
export function createPatternCheck(): CheckPattern {
  const checked = new Map<string, PatternFault | null>();
  let work = 0;
  return (source) => {
    const known = checked.get(source);
    if (known !== undefined) return known;
    work += compileCost(source);
    const fault = work > MAX_PATTERN_WORK ? TOO_MUCH : compileFault(source);
    checked.set(source, fault);
    return fault;
  };
}

function compileFault(source: string): PatternFault | null {
  try {
    compilePattern(source);
    return null;
  } catch (error) {
    const hint = 'patterns are RE2: no look-around, no back-references';
    return { rule: 'bad_pattern', message: (error as Error).message, hint };
  }
}

const TOO_MUCH: PatternFault = {
  rule: 'pattern_limit',
  message: 'the patterns of this definition together take too long to compile',
  hint: 'use fewer different patterns, shorter ones, smaller counts, or fewer \\p{…}',
};
