import type { WorkflowStatistics } from '../../shared/api.ts';

export type StepFigures = WorkflowStatistics['steps'][number];

/** Kinds that wait for a time, a person or an event: they take long without doing anything. */
const WAITING = new Set(['delay', 'approval', 'wait']);

/** A map and its items have the same step's name. */
export function keyOf({ step, ofItems }: Pick<StepFigures, 'step' | 'ofItems'>): string {
  return ofItems ? `${step}[]` : step;
}

/**
 * The step whose executions take longest, by their P95, and the one that fails most often. A map takes as long as its
 * items do, so its items stand for it.
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

/** null = none has any. */
function keyOfMost(
  steps: readonly StepFigures[],
  figureOf: (step: StepFigures) => number,
): string | null {
  const [most] = steps.toSorted((a, b) => figureOf(b) - figureOf(a));
  return most !== undefined && figureOf(most) > 0 ? keyOf(most) : null;
}
