import type { Context } from '@opentelemetry/api';
import type { StepOutcome, Usage } from '@aio/core/run/step-outcome';
import type { Redactor } from '@aio/core/text/redact';

/** Log of an attempt. The worker stores up to 64 kB of it, and writes all lines to standard output. */
export interface StepLog {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

/** One attempt of a step. */
export interface StepCall<With = unknown> {
  runId: string;
  workflowId: string;
  workflow: string;
  /** Number of the workflow's version. */
  workflowVersion: number;
  /** Subject of the user who started the run. */
  owner: string;
  step: string;
  /** Index of the map's item; null = the step itself. */
  iteration: number | null;
  attempt: number;
  /** Number of runs above this one; 0 = no step started it. */
  depth: number;
  /** The same for every attempt of a step, so that other services can detect repeats. */
  idempotencyKey: string;
  /** The step's `with`, evaluated and checked against the kind's schema. */
  with: With;
  /**
   * Hides the secrets that the attempt uses. The engine redacts outcomes, failures and log lines. A kind redacts spans, and
   * texts before it cuts them.
   */
  redactor: Redactor;
  /** Whether an expression of `with` names a secret. */
  usesSecrets: boolean;
  /** Aborts on timeout, cancel, lost lease and shutdown. Every wait of the kind must then end. */
  signal: AbortSignal;
  log: StepLog;
  /** Context of the attempt's span: the parent of the kind's client span. */
  trace: Context;
  /**
   * Resolves when the worker has a place for a long answer. Call it before you hold more than `LONG_OUTPUT_BYTES` of one.
   * The attempt keeps the place until its result is committed.
   */
  takePlace(): Promise<void>;
  /** What the attempt has cost so far, in case it times out. A kind that costs money replaces it. */
  readUsage: () => Usage | null;
  /** The text that the attempt has written so far, for people who watch. A kind that writes one replaces it. */
  readText: (() => string) | null;
}

export interface StepKind<With = unknown> {
  readonly kind: string;
  /** Hides secrets that every attempt of the kind uses, such as a vendor's key. */
  readonly redactor?: Redactor;
  execute(call: StepCall<With>): Promise<StepOutcome> | StepOutcome;
}
