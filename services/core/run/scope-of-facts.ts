import type { Scope, StepScope } from '../expression/scope.ts';
import type { StepFacts } from './storage.ts';

/**
 * What expressions may name of upstream steps, from their rows.
 * @param named ids of steps of the definition
 * @param isMap whether that step's output is the list of its items' outputs
 */
export function scopeOfFacts(
  facts: readonly StepFacts[],
  named: readonly string[],
  isMap: (step: string) => boolean,
): Scope['steps'] {
  const byStep = Map.groupBy(facts, (fact) => fact.step);
  return Object.fromEntries(named.map((id) => [id, describe(byStep.get(id) ?? [], isMap(id))]));
}

/** @param rows of the step itself and, after it, of its items */
function describe(rows: readonly StepFacts[], isMap: boolean): StepScope {
  const own = rows.find((row) => row.iteration === -1);
  const hasSucceeded = own?.status === 'succeeded';
  const items = rows.filter((row) => row.iteration >= 0);
  return {
    output: !hasSucceeded ? null : isMap ? items.map(outputOf) : outputOf(own),
    status: own?.status ?? 'pending',
    error: own?.error ?? null,
    attempts: own?.attempt ?? 0,
  };
}

function outputOf({ output }: StepFacts): unknown {
  return output === null ? null : JSON.parse(output);
}
