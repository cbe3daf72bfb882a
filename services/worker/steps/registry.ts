import { context } from '@opentelemetry/api';
import { CREATE_KIND } from './registry.generated.ts';
import type { StepKind } from './step-kind.ts';

type Create = (typeof CREATE_KIND)[keyof typeof CREATE_KIND];

/** What any of the kinds asks for. */
export type StepKindDeps = Create extends (deps: infer Deps) => unknown ? Deps : never;

/** The executors of all kinds by name, but for those that the engine expands into items. */
export function createStepKinds(deps: StepKindDeps): ReadonlyMap<string, StepKind> {
  return new Map(
    Object.entries(CREATE_KIND).map(([name, createKind]) => {
      // What reaches a kind as `with` has passed that kind's own schema.
      return [name, inTrace(createKind(deps) as StepKind)];
    }),
  );
}

/** What an attempt asks of the database becomes part of its trace. */
function inTrace(kind: StepKind): StepKind {
  return { ...kind, execute: (call) => context.with(call.trace, () => kind.execute(call)) };
}
