import { context } from '@opentelemetry/api';
import { CREATE_KIND } from './registry.generated.ts';
import type { StepKind } from './step-kind.ts';

type Create = (typeof CREATE_KIND)[keyof typeof CREATE_KIND];

/** Dependencies of all kinds together. */
export type StepKindDeps = Create extends (deps: infer Deps) => unknown ? Deps : never;

/** The executors of all kinds by name, without `map`, which the engine expands into items. */
export function createStepKinds(deps: StepKindDeps): ReadonlyMap<string, StepKind> {
  return new Map(
    Object.entries(CREATE_KIND).map(([name, createKind]) => {
      // The cast is safe: the engine checks `with` against the kind's schema.
      return [name, inTrace(createKind(deps) as StepKind)];
    }),
  );
}

/** Adds the attempt's database queries to its trace. */
function inTrace(kind: StepKind): StepKind {
  return { ...kind, execute: (call) => context.with(call.trace, () => kind.execute(call)) };
}
