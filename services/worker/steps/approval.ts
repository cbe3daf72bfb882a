import type { EvaluatedWith } from '@aio/core/definition/schema';
import { findUnstorableText } from '@aio/core/text/unstorable-text';
import { StepError } from '@aio/core/run/step-outcome';
import type { StepKind } from './step-kind.ts';

/** The kind `approval`: asks, and leaves the waiting to the engine. */
export function createKind(): StepKind<EvaluatedWith<'approval'>> {
  return {
    kind: 'approval',
    execute({ with: { message, approver } }) {
      // Changed to what the database holds, it would ask somebody else, or something else.
      const [fault] = findUnstorableText({ message, approver });
      if (fault !== undefined) {
        throw new StepError('unstorable_text', `\`with\` ${fault.pointer} ${fault.message}.`, {
          retryable: false,
        });
      }
      return {
        type: 'approval',
        message: message ?? null,
        approver: approver ? { ...approver } : null,
      };
    },
  };
}
