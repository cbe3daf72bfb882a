/** Which results of a finished run still hold in the run that goes on from it. */

import type { StepStatus } from '@aio/core/run/states';

/** What of a definition says which results follow from which. */
export interface SuccessorDefinition {
  steps: Record<string, { needs?: readonly string[]; onFailure?: unknown }>;
}

/** Steps by what becomes of them in the new run; all others are worked anew. */
export interface Reusable {
  /** Succeeded, as did everything above them: taken over as they are. */
  whole: string[];
  /** Not succeeded, but everything above is taken over: their items that succeeded still hold. */
  partly: string[];
}

/**
 * A step that succeeded below one that did not (`join: all_settled`) saw that failure, or its
 * fallback: it is worked anew, because what it saw changes.
 */
export function findReusable(
  definition: SuccessorDefinition,
  succeeded: ReadonlySet<string>,
): Reusable {
  const reusable: Reusable = { whole: [], partly: [] };
  const holds = new Map<string, boolean>();
  for (const step of parentsFirst(definition)) {
    const parentsHold = (definition.steps[step]?.needs ?? []).every((parent) => holds.get(parent));
    holds.set(step, parentsHold && succeeded.has(step));
    if (parentsHold) (succeeded.has(step) ? reusable.whole : reusable.partly).push(step);
  }
  return reusable;
}

/**
 * What holds when a run is repeated from one of its steps on: everything that has ended and does not follow from the
 * step. A skipped step holds, and so does a failed one that its definition lets pass.
 * @returns null = the step has no turn in the new run: something above it holds no result
 */
export function findHolding(
  definition: SuccessorDefinition,
  statuses: ReadonlyMap<string, StepStatus>,
  from: string,
): Reusable | null {
  const reusable: Reusable = { whole: [], partly: [] };
  const holds = new Map<string, boolean>();
  /** The step, and what follows from it. */
  const follows = new Set<string>();
  for (const step of parentsFirst(definition)) {
    const { needs = [], onFailure } = definition.steps[step]!;
    const parentsHold = needs.every((parent) => holds.get(parent));
    if (step === from || needs.some((parent) => follows.has(parent))) {
      if (step === from && !parentsHold) return null;
      follows.add(step);
      holds.set(step, false);
      continue;
    }
    const status = statuses.get(step);
    const hasResult =
      status === 'succeeded' ||
      status === 'skipped' ||
      (status === 'failed' && onFailure === 'continue');
    holds.set(step, parentsHold && hasResult);
    if (parentsHold) (hasResult ? reusable.whole : reusable.partly).push(step);
  }
  return reusable;
}

/** A list rather than recursion: a chain of 10,000 steps is as deep as it is long. */
function parentsFirst({ steps }: SuccessorDefinition): string[] {
  const dependants = new Map<string, string[]>();
  const open = new Map<string, number>();
  for (const [step, { needs = [] }] of Object.entries(steps)) {
    const parents = new Set(needs);
    open.set(step, parents.size);
    for (const parent of parents) {
      const known = dependants.get(parent);
      if (known) known.push(step);
      else dependants.set(parent, [step]);
    }
  }
  const order = Object.keys(steps).filter((step) => open.get(step) === 0);
  for (let next = 0; next < order.length; next++) {
    for (const dependant of dependants.get(order[next]!) ?? []) {
      const left = open.get(dependant)! - 1;
      open.set(dependant, left);
      if (left === 0) order.push(dependant);
    }
  }
  return order;
}
