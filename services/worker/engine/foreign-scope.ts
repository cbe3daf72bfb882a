import type { Plan } from '@aio/core/definition/compile';
import type { Scope } from '@aio/core/expression/scope';
import type { Template } from '@aio/core/expression/template';
import type { ChunkStep, ClaimedChunk, StepFacts } from '@aio/platform/queries/engine/chunks';
import { loadFacts } from '@aio/platform/queries/engine/chunks';
import type { Queryable } from '@aio/platform/queryable';

/** What the template of a step may name, read from the rows of a run that another worker holds. */
export async function loadScope(
  db: Queryable,
  { runId, input }: ClaimedChunk,
  plan: Plan,
  template: Template,
  step: ChunkStep,
): Promise<Scope> {
  const named = [...template.uses];
  const facts = named.length === 0 ? [] : await loadFacts(db, runId, named);
  const byStep = Map.groupBy(facts, (fact) => fact.step);
  const steps: Scope['steps'] = {};
  for (const id of named) {
    steps[id] = describe(byStep.get(id) ?? [], plan.steps[plan.indexOf.get(id)!]!.map !== null);
  }
  const scope: Scope = { input: JSON.parse(input), run: { id: runId }, steps };
  if (step.iteration >= 0) {
    scope.item = step.item;
    scope.index = step.iteration;
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
