import type { EvaluatedWith } from '@aio/core/definition/schema';
import { isStorable } from '@aio/core/text/unstorable-text';
import { StepError } from '@aio/core/run/step-outcome';
import type { StepKind } from './step-kind.ts';

/** The kind `wait`: returns the event's name and key; the engine waits for it without a slot, lease or memory. */
export function createKind(): StepKind<EvaluatedWith<'wait'>> {
  return {
    kind: 'wait',
    execute({ with: { event, key } }) {
      // Replacing the characters would make it wait for another event.
      if (!isStorable(key))
        throw new StepError(
          'bad_event_key',
          'The key contains a NUL character or half of a surrogate pair. Remove it.',
          {
            retryable: false,
          },
        );
      return { type: 'event', name: event, key };
    },
  };
}
