import type { EvaluatedWith } from '@aio/core/definition/schema';
import type { StepKind } from './step-kind.ts';

/** The kind `transform`: the engine has evaluated the value by the time it gets here. */
export function createKind(): StepKind<EvaluatedWith<'transform'>> {
  return {
    kind: 'transform',
    execute: (call) => ({ type: 'succeeded', output: call.with.value }),
  };
}
