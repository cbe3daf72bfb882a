/** Checks the regular expressions of one definition, and limits the work of compiling them. */

import type { Fault } from '../errors.ts';
import { MAX_PATTERN_WORK } from './limits.ts';
import { compileCost, compilePattern } from './pattern.ts';

/** A fault of a pattern. */
export type PatternFault = Pick<Fault, 'rule' | 'message' | 'hint'>;

/** @returns null = the pattern is valid */
export type CheckPattern = (source: string) => PatternFault | null;

/** Creates a check that compiles each distinct pattern once, up to the limit of a definition. */
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
    const hint = 'use RE2 syntax, which has no look-around and no back-references';
    return { rule: 'bad_pattern', message: (error as Error).message, hint };
  }
}

const TOO_MUCH: PatternFault = {
  rule: 'pattern_limit',
  message: 'all patterns of this definition together take too long to compile',
  hint: 'use fewer different patterns, shorter ones, smaller counts, or fewer \\p{…}',
};
