/** The data that an expression can read. */

export interface StepScope {
  /** null for a skipped or failed step. */
  output: unknown;
  status: string;
  /** The step's failure, or null. */
  error: unknown;
  /** Attempts started. */
  attempts: number;
}

export interface Scope {
  input: unknown;
  run: { id: string };
  /** Needs only the steps that the template names (`Template.uses`). */
  steps: Record<string, StepScope>;
  /** The map's current item and its index; absent outside a map. */
  item?: unknown;
  index?: number;
  /** Only in fields that allow secrets. */
  secrets?: Record<string, string>;
}
