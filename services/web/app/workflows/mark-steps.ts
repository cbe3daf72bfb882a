import type { WorkflowStatistics } from '../../shared/api.ts';

export type StepFigures = WorkflowStatistics['steps'][number];

/** Kinds that wait for a time, a person or an event. They take long without working. */
const WAITING = new Set(['delay', 'approval', 'wait']);

/** A map and its items share the step's id, so items get `[]`. */
export function keyOf({ step, ofItems }: Pick<StepFigures, 'step' | 'ofItems'>): string {
  return ofItems ? `${step}[]` : step;
}

/**
 * The step whose executions have the longest P95, and the step that fails most often. A map takes
 * as long as its items, so only the items count as slow.
 */
export function markSteps(steps: readonly StepFigures[]): {
  slowest: string | null;
  failing: string | null;
} {
  const maps = new Set(steps.filter(({ ofItems }) => ofItems).map(({ step }) => step));
  const working = steps.filter(
    ({ step, ofItems, kind }) => !WAITING.has(kind) && (ofItems || !maps.has(step)),
  );
  return {
    slowest: keyOfMost(working, ({ executionMs }) => executionMs.p95 ?? 0),
    failing: keyOfMost(steps, ({ failures, executions }) => failures / executions),
  };
}

/** null = all figures are 0. */
function keyOfMost(
  steps: readonly StepFigures[],
  figureOf: (step: StepFigures) => number,
): string | null {
  const [most] = steps.toSorted((a, b) => figureOf(b) - figureOf(a));
  return most !== undefined && figureOf(most) > 0 ? keyOf(most) : null;
}
