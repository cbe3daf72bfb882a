import { AioError, type Failure } from '../errors.ts';

/** Tokens and price of an LLM call; `costUsd` null = the model has no price in the price file. */
export interface Usage {
  provider: string;
  model: string;
  inputTokens: number;
  outputTokens: number;
  costUsd: number | null;
  /** Milliseconds from the request to the first streamed token. */
  timeToFirstTokenMs: number | null;
}

/** The run that a step of kind `workflow` starts and waits for. */
export interface ChildRun {
  workflowId: string;
  workflowVersionId: string;
  workflowName: string;
  /** Steps of the definition. */
  stepsTotal: number;
  /** The child's own timeout; null = none. */
  timeoutMs: number | null;
  /** JSON text, checked against the schema of the child's input. */
  input: string;
}

/** What a step waits for, without a slot, once its attempt has asked for it. */
export type StepWait =
  /** The step succeeds when the time is over. */
  | { type: 'delay'; delayMs: number }
  /** A person decides. */
  | { type: 'approval'; message: string | null; approver: Record<string, string> | null }
  /** An event comes from outside. The step's output is then `{payload, receivedAt, eventId}`. */
  | { type: 'event'; name: string; key: string }
  /** A run of another workflow ends. The step's output is then the child's. */
  | { type: 'child'; workflow: ChildRun };

/** What an attempt that did not throw comes to. */
export type StepOutcome = { type: 'succeeded'; output: unknown; usage?: Usage } | StepWait;

/**
 * How one attempt ended, as it is stored and decided on. The output of one that succeeded travels beside it.
 * - `deferred`: its worker stopped before it ended; it does not count.
 * - `lost`: its worker died.
 */
export type AttemptResult =
  | { type: 'succeeded'; usage: Usage | null }
  | StepWait
  | {
      type: 'failed';
      failure: Failure;
      /** null = another attempt would fail the same way; `afterMs` = at least so long from now. */
      retry: { afterMs: number | null } | null;
      usage: Usage | null;
    }
  | { type: 'deferred' }
  | { type: 'lost' };

/** A failure of an attempt, with what the retry policy needs to know. */
export class StepError extends AioError {
  /** false = another attempt would fail the same way. */
  readonly retryable: boolean;
  /** Least milliseconds before the next attempt, from Retry-After; null = the policy decides. */
  readonly retryAfterMs: number | null;
  /** What a failed LLM call had cost by then. */
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

/** What a step or run keeps of an error. */
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
