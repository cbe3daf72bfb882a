import { AioError } from '../errors.ts';
import type { Scope, StepScope } from '../expression/scope.ts';
import type { StepFacts } from './storage.ts';

/**
 * What expressions may name of upstream steps, from their rows. Outputs of the output store have been fetched.
 * @param named ids of steps of the definition
 * @param isMap whether that step's output is the list of its items' outputs
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

/**
 * The output of a step that is no map, or of an item; null unless it succeeded.
 * @throws AioError `output_missing` when it succeeded and its row has none
 */
export function outputOf(facts: StepFacts | undefined): unknown {
  if (facts === undefined) return null;
  if (facts.output !== null) return JSON.parse(facts.output);
  if (facts.status !== 'succeeded') return null;
  // Code of before 0034 copies rows to another run, or decides on them, without what refers to the output store.
  throw new AioError('output_missing', `The row of step ${facts.step} has lost its output.`, {
    details: { step: facts.step },
  });
}
