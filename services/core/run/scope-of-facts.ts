import { AioError } from '../errors.ts';
import type { Scope, StepScope } from '../expression/scope.ts';
import type { StepFacts } from './storage.ts';

/**
 * The `steps` of a scope, from the rows of steps.
 * @param named ids of steps of the definition
 * @param isMap whether the step's output is the list of its items' outputs
 * @throws AioError as `outputOf`
 */
export function scopeOfFacts(
  facts: readonly StepFacts[],
  named: readonly string[],
  isMap: (step: string) => boolean,
): Scope['steps'] {
  const byStep = Map.groupBy(facts, (fact) => fact.step);
  return Object.fromEntries(named.map((id) => [id, describe(byStep.get(id) ?? [], isMap(id))]));
}

/** @param rows the step's row and, after it, those of its items */
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

/**
 * The output of an item, or of a step that is not a map; null unless it succeeded.
 * @throws AioError `output_missing` if it succeeded but its row has no output
 */
export function outputOf(facts: StepFacts | undefined): unknown {
  if (facts === undefined) return null;
  if (facts.output !== null) return JSON.parse(facts.output);
  if (facts.status !== 'succeeded') return null;
  throw new AioError(
    'output_missing',
    `The output of step ${facts.step} is missing from its row.`,
    {
      details: { step: facts.step },
    },
  );
}
