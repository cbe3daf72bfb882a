import { context } from '@opentelemetry/api';
import { approval } from './approval.ts';
import { delay } from './delay.ts';
import { createHttpKind, type HttpDeps } from './http.ts';
import { createLlmKind, type LlmDeps } from './llm.ts';
import type { StepKind } from './step-kind.ts';
import { transform } from './transform.ts';
import { wait } from './wait.ts';
import { createWorkflowKind, type WorkflowDeps } from './workflow.ts';

export type StepKindDeps = HttpDeps & LlmDeps & WorkflowDeps;

/** The one place where kinds are registered. `map` is not among them: the engine expands it. */
export function createStepKinds(deps: StepKindDeps): ReadonlyMap<string, StepKind> {
  // What reaches a kind as `with` has passed that kind's own schema.
  const kinds = [
    createHttpKind(deps),
    createLlmKind(deps),
    transform,
    delay,
    approval,
    wait,
    createWorkflowKind(deps),
  ] as StepKind[];
  return new Map(kinds.map((kind) => [kind.kind, inTrace(kind)]));
}

/** What an attempt asks of the database becomes part of its trace. */
function inTrace(kind: StepKind): StepKind {
  return { ...kind, execute: (call) => context.with(call.trace, () => kind.execute(call)) };
}
