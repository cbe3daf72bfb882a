import { AioError } from '@aio/core/errors';
import { OutputText } from '@aio/core/run/output';
import { NO_SECRETS, type Redactor } from '@aio/core/text/redact';
import { StepError, type StepOutcome } from '@aio/core/run/step-outcome';

/** Removes secrets from the output. An OutputText is redacted already. */
export function redactOutcome<Outcome extends StepOutcome & { type: 'succeeded' }>(
  outcome: Outcome,
  redactor: Redactor,
): Outcome {
  if (redactor === NO_SECRETS || outcome.output instanceof OutputText) return outcome;
  return { ...outcome, output: redactor.value(outcome.output) };
}

/** Returns the error without secrets. It drops the cause, which may contain some. */
export function redactError(error: unknown, redactor: Redactor): unknown {
  if (redactor === NO_SECRETS) return error;
  const message = redactor.text(error instanceof Error ? error.message : String(error));
  if (!(error instanceof AioError)) return new Error(message);
  const { code } = error;
  const details = redactor.value(error.details) as Record<string, unknown>;
  if (!(error instanceof StepError)) return new AioError(code, message, { details });
  const { retryable, retryAfterMs, usage } = error;
  return new StepError(code, message, { retryable, retryAfterMs, usage, details });
}
