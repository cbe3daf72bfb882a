import type { Context } from '@opentelemetry/api';
import type { StepOutcome } from '@aio/core/run/step-outcome';
import type { Redactor } from '@aio/core/text/redact';

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
  /** Subject of who started the run. */
  owner: string;
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
  /**
   * Asked for once before a kind holds more than a row takes (`MAX_ROW_OUTPUT_BYTES`) of what the outside sends.
   * Resolves when the worker has room for so many bytes; the attempt has it to its end.
   */
  makeRoom(bytes: number): Promise<void>;
}

export interface StepKind<With = unknown> {
  readonly kind: string;
  /** Hides the secrets that every attempt of the kind uses, such as the key of a vendor. */
  readonly redactor?: Redactor;
  execute(call: StepCall<With>): Promise<StepOutcome> | StepOutcome;
}
