import { context } from '@opentelemetry/api';
import type { WorkKindName } from '@aio/core/definition/kinds/registry';
import { createKind as approval } from './approval.ts';
import { createKind as delay } from './delay.ts';
import { createKind as http } from './http.ts';
import { createKind as llm } from './llm.ts';
import type { StepKind } from './step-kind.ts';
import { createKind as transform } from './transform.ts';
import { createKind as wait } from './wait.ts';
import { createKind as workflow } from './workflow.ts';

/** Creates the executor of each kind. */
const CREATE_KIND = { approval, delay, http, llm, transform, wait, workflow } satisfies Record<
  WorkKindName,
  unknown
>;

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
