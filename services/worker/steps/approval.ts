import type { EvaluatedWith } from '@aio/core/definition/schema';
import type { StepKind } from './step-kind.ts';

/** The kind `approval`: asks, and leaves the waiting to the engine. */
export const approval: StepKind<EvaluatedWith<'approval'>> = {
  kind: 'approval',
  takesSlot: false,
  execute: ({ with: { message, approver } }) => ({
    type: 'approval',
    message: message ?? null,
    approver: approver ? { ...approver } : null,
  }),
};
