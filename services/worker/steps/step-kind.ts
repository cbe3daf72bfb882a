import type { Context } from '@opentelemetry/api';
import { AioError } from '@aio/core/errors';
import type { Redactor } from '@aio/core/text/redact';

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

/** Lines kept with the attempt (64 kB at most) and written to standard output alike. */
export interface StepLog {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

/** One attempt of one step, as its kind sees it. */
export interface StepCall<With = unknown> {
  runId: string;
  workflowId: string;
  workflow: string;
  step: string;
  /** Index of the map's item; null = the step itself. */
  iteration: number | null;
  attempt: number;
  /** Runs above this one: 0 = no step of another run started it. */
  depth: number;
  /** The same for every attempt of a step: what the outside may deduplicate by. */
  idempotencyKey: string;
  /** The step's `with`, expressions evaluated and checked against the kind's schema. */
  with: With;
  /**
   * Hides the secrets that the attempt uses. What it comes to and what it logs is redacted by whoever
   * called; a kind redacts what it cuts into pieces, and what it says in spans.
   */
  redactor: Redactor;
  /** JSON pointers to the strings of the step's `with`, as written, that name a secret. */
  secretPlaces: readonly string[];
  /** Aborted on timeout, cancel, lost lease and shutdown; every wait of the kind must end on it. */
  signal: AbortSignal;
  log: StepLog;
  /** Trace context of the attempt's span: parent of the kind's own client span. */
  trace: Context;
}

/** The run that a step of kind `workflow` starts and waits for. */
export interface ChildRun {
  workflowId: string;
  workflowVersionId: string;
  workflowName: string;
  stepsTotal: number;
  /** The child's own bound; null = none. */
  timeoutMs: number | null;
  /** JSON text, checked against the schema of the child's input. */
  input: string;
}

/** What an attempt that did not throw comes to. */
export type StepOutcome =
  | { type: 'succeeded'; output: unknown; usage?: Usage }
  /** The step waits, without a slot, until the time is over (its output is then `output`). */
  | { type: 'delay'; delayMs: number; output: unknown }
  /** The step waits for a person. */
  | { type: 'approval'; message: string | null; approver: Record<string, string> | null }
  /** The step waits for an event from outside. Its output is then `{payload, receivedAt, eventId}`. */
  | { type: 'event'; name: string; key: string }
  /** The step waits for a run of another workflow. Its output is then the child's. */
  | { type: 'child'; workflow: ChildRun };

export interface StepKind<With = unknown> {
  readonly kind: string;
  /** false = runs at once without taking a slot; only for what neither waits nor computes for long. */
  readonly takesSlot: boolean;
  /** Hides the secrets that every attempt of the kind uses, such as the key of a vendor. */
  readonly redactor?: Redactor;
  execute(call: StepCall<With>): Promise<StepOutcome> | StepOutcome;
}

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
