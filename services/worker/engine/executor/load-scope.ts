import type { Plan } from '@aio/core/definition/plan';
import type { Scope } from '@aio/core/expression/scope';
import type { Template } from '@aio/core/expression/template';
import { scopeOfFacts } from '@aio/core/run/scope-of-facts';
import type { EngineStorage, WaitingAttempt } from '@aio/core/run/storage';

/**
 * Loads what the template may name, from the run's rows.
 * @throws AioError `values_too_large`
 */
export async function loadScope(
  storage: Pick<EngineStorage, 'loadFacts'>,
  plan: Plan,
  template: Template,
  attempt: WaitingAttempt,
): Promise<Scope> {
  const { runId, input } = attempt;
  const named = [...template.uses];
  const facts = named.length === 0 ? [] : await storage.loadFacts(runId, named);
  const isMap = (id: string) => plan.steps[plan.indexOf.get(id)!]!.map !== null;
  const steps = scopeOfFacts(facts, named, isMap);
  const scope: Scope = { input: JSON.parse(input) as unknown, run: { id: runId }, steps };
  if (attempt.iteration >= 0) {
    scope.item = attempt.item;
    scope.index = attempt.iteration;
  }
  return scope;
}
