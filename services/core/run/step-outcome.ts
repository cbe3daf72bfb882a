import { AioError, type Failure } from '../errors.ts';
import type { RunNames } from './labels.ts';

/** Tokens of a model call, as its vendor counted them. */
export interface TokenCounts {
  /** All tokens of the prompt. */
  inputTokens: number;
  /** The part of `inputTokens` that came from the vendor's cache. */
  cachedInputTokens: number;
  /** The part of `inputTokens` that was written to the vendor's cache. */
  cacheWriteInputTokens: number;
  outputTokens: number;
  /** The part of `outputTokens` spent on thinking. */
  reasoningOutputTokens: number;
}

/** Tokens and cost of a model call. Without tokens, the vendor did not count them. */
export interface Usage extends Partial<TokenCounts> {
  provider: string;
  model: string;
  /** By the table of prices; null = the price is unknown. */
  costUsd: number | null;
  /** Milliseconds from the request to the first streamed token. */
  timeToFirstTokenMs: number | null;
}

/** The run that a step of kind `workflow` starts and waits for. */
export interface ChildRun extends RunNames {
  /** Its id, a UUIDv7. */
  id: string;
  workflowId: string;
  workflowVersionId: string;
  workflowName: string;
  /** Steps of the definition. */
  stepsTotal: number;
  /** The child's timeout; null = none. */
  timeoutMs: number | null;
  /** JSON text, valid against the input schema of the child. */
  input: string;
}

/** A wait without a slot, at the request of the step's attempt. */
export type StepWait =
  /** The step succeeds after this time. */
  | { type: 'delay'; delayMs: number }
  /** A person decides. */
  | { type: 'approval'; message: string | null; approver: Record<string, string> | null }
  /** An event arrives. The step's output is `{payload, name, key, receivedAt, eventId}`. */
  | { type: 'event'; name: string; key: string }
  /** A child run ends. The step's output is the output of the child. */
  | { type: 'child'; workflow: ChildRun };

/** The outcome of an attempt that did not throw. */
export type StepOutcome = { type: 'succeeded'; output: unknown; usage?: Usage } | StepWait;

/** Code of a refused call of a model (429). Its retries do not count as attempts. */
export const RATE_LIMITED = 'llm_rate_limited';

/** A person rejected the approval: the code of its step, of maps and parents that fail with it, and of the run. */
export const REJECTED = 'rejected';

/**
 * How one attempt ended. The output of a successful attempt is passed separately.
 * - `deferred`: its worker stopped before it ended. It does not count.
 * - `lost`: its worker died.
 */
export type AttemptResult =
  | { type: 'succeeded'; usage: Usage | null }
  | StepWait
  | {
      type: 'failed';
      failure: Failure;
      /** null = another attempt would fail the same way; `afterMs` = shortest delay of the retry. */
      retry: { afterMs: number | null } | null;
      usage: Usage | null;
    }
  | { type: 'deferred' }
  | { type: 'lost' };

/** A failure of an attempt, with data for the retry policy. */
export class StepError extends AioError {
  /** false = another attempt would fail the same way. */
  readonly retryable: boolean;
  /** Shortest delay of the next attempt, from Retry-After; null = the policy decides. */
  readonly retryAfterMs: number | null;
  /** Tokens and cost of a failed model call. */
  readonly usage: Usage | null;

  constructor(
    code: string,
    message: string,
    options: {
      retryable: boolean;
      retryAfterMs?: number | null;
      usage?: Usage | null;
      details?: Record<string, unknown>;
      cause?: unknown;
    },
  ) {
    super(code, message, options);
    this.name = 'StepError';
    this.retryable = options.retryable;
    this.retryAfterMs = options.retryAfterMs ?? null;
    this.usage = options.usage ?? null;
  }
}

/** Converts an error to the failure of a step or run. */
export function toFailure(error: unknown): Failure {
  if (error instanceof AioError)
    return { code: error.code, message: error.message, ...error.details };
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) };
}

/** The result of an attempt that threw. */
export function toFailedResult(error: unknown): AttemptResult & { type: 'failed' } {
  const step = error instanceof StepError ? error : null;
  return {
    type: 'failed',
    failure: toFailure(error),
    retry: step?.retryable ? { afterMs: step.retryAfterMs } : null,
    usage: step?.usage ?? null,
  };
}
