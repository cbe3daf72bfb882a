import { compact, one, type Query } from '../address/query.ts';
import type { Step } from '../../shared/api.ts';
import type { Row } from './rows.ts';

export const STATES = ['all', 'failed', 'running'] as const;
export type State = (typeof STATES)[number];

/** The filter of the timeline's lines. */
export interface StepFilter {
  text: string;
  state: State;
}

/** Reads `?find=` and `&state=` of the page's address. */
export function readFilter(query: Query): StepFilter {
  const state = one(query['state']);
  return { text: one(query['find']) ?? '', state: STATES.find((name) => name === state) ?? 'all' };
}

/** The inverse of `readFilter`. */
export function writeFilter({ text, state }: StepFilter): Record<string, string> {
  return compact({ find: text.trim(), state: state === 'all' ? null : state });
}

/** The matching lines and their parents. A line matches by its name or its kind. */
export function filterRows(rows: readonly Row[], { text, state }: StepFilter): readonly Row[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '' && state === 'all') return rows;
  const kept: Row[] = [];
  // Backwards, so that a line's parents come after it.
  let keptLevel = 0;
  for (const row of rows.toReversed()) {
    const isParent = row.level < keptLevel;
    if (!isParent && !(isInState(row.step, state) && hasText(row, wanted))) continue;
    kept.push(row);
    keptLevel = row.level;
  }
  return kept.reverse();
}

/** The number of steps in each state. */
export function countStates(steps: readonly Step[]): Record<State, number> {
  const count = (state: State): number => steps.filter((step) => isInState(step, state)).length;
  return { all: steps.length, failed: count('failed'), running: count('running') };
}

function hasText(row: Row, wanted: string): boolean {
  return row.key.toLowerCase().includes(wanted) || row.step.kind.includes(wanted);
}

/**
 * A map counts as failed if an item failed, even if the map goes on. A step counts as running while
 * its child run runs.
 */
function isInState(step: Step, state: State): boolean {
  if (state === 'all') return true;
  if (step.status === state || (step.itemsByStatus?.[state] ?? 0) > 0) return true;
  return state === 'running' && step.status === 'waiting' && step.childStatus === 'running';
}
