/** Finds the results of an ended run that its retry or replay can reuse. */

import type { StepStatus } from '@aio/core/run/states';

/** The parts of a definition that say which results depend on which. */
export interface SuccessorDefinition {
  title?: unknown;
  labels?: unknown;
  steps: Record<string, { needs?: readonly string[]; onFailure?: unknown }>;
}

/** Steps to reuse; the new run executes all others. */
export interface Reusable {
  /** Reuse them whole: they and all steps before them have results. */
  whole: string[];
  /** Reuse their succeeded items: they have no result, but all steps before them are reused. */
  partly: string[];
}

/**
 * Steps that a retry reuses. It does not reuse a succeeded step after a failed one (`join: all_settled`), because that
 * step saw the failure, and its input changes.
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
 * Steps that a replay from a step reuses: all ended steps that do not depend on that step. This includes skipped steps,
 * and failed steps with `onFailure: continue`.
 * @returns null = the replay cannot start there, because a step before it has no result
 */
export function findHolding(
  definition: SuccessorDefinition,
  statuses: ReadonlyMap<string, StepStatus>,
  from: string,
): Reusable | null {
  const reusable: Reusable = { whole: [], partly: [] };
  const holds = new Map<string, boolean>();
  /** The step and its dependants. */
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

/** No recursion, because a chain of 2,000 steps would overflow the stack. */
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
