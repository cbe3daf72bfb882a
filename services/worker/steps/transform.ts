import type { EvaluatedWith } from '@aio/core/definition/schema';
import type { StepKind } from './step-kind.ts';

/** The kind `transform`: returns the value, which the engine has evaluated. */
export function createKind(): StepKind<EvaluatedWith<'transform'>> {
  return {
    kind: 'transform',
    execute: (call) => ({ type: 'succeeded', output: call.with.value }),
  };
}
