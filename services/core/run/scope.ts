import type { Scope } from '../expression/scope.ts';
import type { Template } from '../expression/template.ts';
import type { RunState } from './run-state.ts';
import type { StepState } from './step-state.ts';

/** Outputs by the step's index. */
export type OutputValues = Map<number, unknown>;

/** The outputs that the templates read: values in memory, and indexes of those only in the database. */
export function findOutputs(
  run: RunState,
  templates: readonly (Template | null | undefined)[],
): { values: OutputValues; missing: number[] } {
  const values: OutputValues = new Map();
  const missing = new Set<number>();
  for (const template of templates) {
    for (const id of template?.reads ?? []) {
      const index = run.plan.indexOf.get(id)!;
      if (run.readiness.status(index) !== 'succeeded') continue;
      const kept = run.outputs.get(index);
      if (kept) values.set(index, kept.value);
      else missing.add(index);
    }
  }
  return { values, missing: [...missing] };
}

/** The scope of the templates: the run, and the upstream steps that they name. */
export function scopeOf(
  run: RunState,
  templates: readonly (Template | null | undefined)[],
  outputs: OutputValues,
  step?: StepState,
): Scope {
  const steps: Scope['steps'] = {};
  for (const template of templates) {
    for (const id of template?.uses ?? []) {
      const index = run.plan.indexOf.get(id)!;
      const ended = run.ended[index];
      steps[id] = {
        output: outputs.get(index) ?? null,
        status: run.readiness.status(index),
        error: ended?.error ?? null,
        attempts: ended?.attempt ?? 0,
      };
    }
  }
  const scope: Scope = { input: run.input, run: { id: run.claim.id }, steps };
  if (step && step.iteration >= 0) {
    scope.item = step.item;
    scope.index = step.iteration;
  }
  return scope;
}
