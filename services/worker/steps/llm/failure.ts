import { parseRetryAfterMs } from '../retry-after.ts';
import { StepError } from '@aio/core/run/step-outcome';

/** A failure as a vendor's SDK reports it. */
export interface VendorFailure {
  /** HTTP status; null = the failure came during the answer, or no answer came. */
  status: number | null;
  /** The vendor's code or type, e.g. `rate_limit_error`. */
  word: string | null;
  message: string;
  headers: Headers | null;
  cause: unknown;
}

/** Of a vendor's message and code. */
const SHOWN_CHARACTERS = 1000;

interface Meaning {
  code: string;
  retryable: boolean;
}

/** Codes and types of both vendors that say more than the status. */
const WORDS: Readonly<Record<string, Meaning>> = {
  insufficient_quota: { code: 'llm_quota_exhausted', retryable: false },
  billing_error: { code: 'llm_quota_exhausted', retryable: false },
  context_length_exceeded: { code: 'llm_context_too_long', retryable: false },
  rate_limit_error: { code: 'llm_rate_limited', retryable: true },
  rate_limit_exceeded: { code: 'llm_rate_limited', retryable: true },
  overloaded_error: { code: 'llm_unavailable', retryable: true },
  timeout_error: { code: 'llm_unavailable', retryable: true },
  api_error: { code: 'llm_unavailable', retryable: true },
  server_error: { code: 'llm_unavailable', retryable: true },
};

/** The connection failed before the answer began. */
export function connectionFailed(cause: unknown): StepError {
  return new StepError(
    'llm_connection_failed',
    `The worker could not reach the vendor: ${causeOf(cause)}.`,
    {
      retryable: true,
      cause,
    },
  );
}

/** The answer is incomplete: half a body, or an end without a finish reason. */
export function streamBroken(cause?: unknown): StepError {
  const why = cause === undefined ? 'the stream ended early' : causeOf(cause);
  return new StepError('llm_stream_broken', `The answer is incomplete: ${why}.`, {
    retryable: true,
    cause,
  });
}

/** The answer is longer than AIO reads. Another attempt would cost as much again. */
export function answerTooLarge(maxBytes: number): StepError {
  return new StepError(
    'llm_answer_too_large',
    `The answer is longer than ${maxBytes} bytes, so the worker stopped reading it. Set maxTokens, or ask for less.`,
    { retryable: false, details: { maxBytes } },
  );
}

/** Translates a vendor's failure for the step. */
export function toStepError(failure: VendorFailure): StepError {
  const { code, retryable } = interpret(failure);
  const status = failure.status === null ? '' : ` (${failure.status})`;
  // A vendor's message about a key quotes parts of the key.
  const said =
    code === 'llm_unauthorized'
      ? 'it rejected the API key'
      : failure.message.slice(0, SHOWN_CHARACTERS);
  return new StepError(code, `The vendor reported an error${status}: ${said}`, {
    retryable,
    retryAfterMs: retryable ? parseRetryAfterMs((name) => failure.headers?.get(name)) : null,
    details: {
      ...(failure.status !== null && { status: failure.status }),
      ...(failure.word !== null && { vendorCode: failure.word.slice(0, SHOWN_CHARACTERS) }),
    },
    cause: failure.cause,
  });
}

function interpret({ status, word, message }: VendorFailure): Meaning {
  const known = word !== null && Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
  if (known !== undefined) return known;
  // Anthropic has no separate code for it: https://platform.claude.com/docs/en/api/errors
  if (status === 400 && /prompt is too long/i.test(message))
    return { code: 'llm_context_too_long', retryable: false };
  if (status === null) return { code: 'llm_stream_broken', retryable: true };
  if (status === 429) return { code: 'llm_rate_limited', retryable: true };
  if (status >= 500 || status === 408 || status === 409)
    return { code: 'llm_unavailable', retryable: true };
  if (status === 401 || status === 403) return { code: 'llm_unauthorized', retryable: false };
  return { code: 'llm_bad_request', retryable: false };
}

/** The innermost message, because SDKs and fetch wrap the useful one. */
function causeOf(error: unknown): string {
  let inner = error;
  while (inner instanceof Error && inner.cause instanceof Error) inner = inner.cause;
  return inner instanceof Error ? inner.message || inner.name : String(inner);
}
