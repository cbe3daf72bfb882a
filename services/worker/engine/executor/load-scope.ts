import type { Plan } from '@aio/core/definition/plan';
import type { Scope } from '@aio/core/expression/scope';
import type { Template } from '@aio/core/expression/template';
import { scopeOfFacts } from '@aio/core/run/scope-of-facts';
import type { WaitingAttempt } from '@aio/core/run/storage';
import type { Outputs } from '../long-outputs.ts';
import type { Reservation } from '../room.ts';

/**
 * Loads what the template may name, from the run's rows and the output store.
 * @param reading.reservation holds the room for it until you close it
 */
export async function loadScope(
  outputs: Pick<Outputs, 'loadFacts'>,
  plan: Plan,
  template: Template,
  attempt: WaitingAttempt,
  reading: { reservation: Reservation; signal: AbortSignal },
): Promise<Scope> {
  const { runId, input } = attempt;
  const { reservation, signal } = reading;
  const named = [...template.uses];
  const facts =
    named.length === 0 ? [] : await outputs.loadFacts(runId, named, reservation, signal);
  const isMap = (id: string) => plan.steps[plan.indexOf.get(id)!]!.map !== null;
  const steps = scopeOfFacts(facts, named, isMap);
  const scope: Scope = { input: JSON.parse(input) as unknown, run: { id: runId }, steps };
  if (attempt.iteration >= 0) {
    scope.item = attempt.item;
    scope.index = attempt.iteration;
  }
  return scope;
}
