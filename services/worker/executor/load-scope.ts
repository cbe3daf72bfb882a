import type { Plan } from '@aio/core/definition/plan';
import type { Scope } from '@aio/core/expression/scope';
import type { Template } from '@aio/core/expression/template';
import type { ClaimedAttempt, EngineStorage, StepFacts } from '@aio/core/run/storage';

/** What the template of a step may name, read from the run's rows. */
export async function loadScope(
  storage: Pick<EngineStorage, 'loadFacts'>,
  plan: Plan,
  template: Template,
  attempt: ClaimedAttempt,
): Promise<Scope> {
  const { runId, input } = attempt;
  const named = [...template.uses];
  const facts = named.length === 0 ? [] : await storage.loadFacts(runId, named);
  const byStep = Map.groupBy(facts, (fact) => fact.step);
  const steps: Scope['steps'] = {};
  for (const id of named) {
    steps[id] = describe(byStep.get(id) ?? [], plan.steps[plan.indexOf.get(id)!]!.map !== null);
  }
  const scope: Scope = { input: JSON.parse(input) as unknown, run: { id: runId }, steps };
  if (attempt.iteration >= 0) {
    scope.item = attempt.item;
    scope.index = attempt.iteration;
  }
  return scope;
}

/** @param rows of the step itself and, after it, of its items */
function describe(rows: readonly StepFacts[], isMap: boolean): Scope['steps'][string] {
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
