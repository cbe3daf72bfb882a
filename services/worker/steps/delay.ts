import { parseDurationMs } from '@aio/core/definition/duration';
import { MAX_DURATION_DAYS } from '@aio/core/definition/limits';
import type { EvaluatedWith } from '@aio/core/definition/schema';
import { StepError } from '@aio/core/run/step-outcome';
import type { StepKind } from './step-kind.ts';

/** The kind `delay`: returns the duration; the engine waits, by the database's clock and without a slot. */
export function createKind(): StepKind<EvaluatedWith<'delay'>> {
  return {
    kind: 'delay',
    execute(call) {
      const delayMs = parseDurationMs(call.with.duration);
      if (delayMs === null)
        throw new StepError(
          'bad_duration',
          `"${call.with.duration}" is not a duration. Write a number and a unit (ms, s, m, h, d), like 30s.`,
          {
            retryable: false,
          },
        );
      if (delayMs > MAX_DURATION_DAYS * 86_400_000)
        throw new StepError('bad_duration', `A delay can be at most ${MAX_DURATION_DAYS} days.`, {
          retryable: false,
          details: { duration: call.with.duration },
        });
      return { type: 'delay', delayMs, output: {} };
    },
  };
}
