/** What an expression may look at; built by whoever evaluates it. */

export interface StepScope {
  /** null for a step that was skipped or failed. */
  output: unknown;
  status: string;
  /** Its failure, null when there is none. */
  error: unknown;
  /** Attempts started. */
  attempts: number;
}

export interface Scope {
  input: unknown;
  run: { id: string };
  /** Only the steps that the template names (`Template.uses`) need be here. */
  steps: Record<string, StepScope>;
  /** The map's current item and its index; absent outside a map. */
  item?: unknown;
  index?: number;
  /** Only where a kind allows secrets. */
  secrets?: Record<string, string>;
}
