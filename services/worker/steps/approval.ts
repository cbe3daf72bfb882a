import type { EvaluatedWith } from '@aio/core/definition/schema';
import { findUnstorableText } from '@aio/core/text/unstorable-text';
import { StepError } from '@aio/core/run/step-outcome';
import type { StepKind } from './step-kind.ts';

/** The kind `approval`: returns the question; the engine waits for the answer. */
export function createKind(): StepKind<EvaluatedWith<'approval'>> {
  return {
    kind: 'approval',
    execute({ with: { message, approver } }) {
      // Replacing the characters would change the question or the approver.
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
