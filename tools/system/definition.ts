/** The part of the definition language that drills use. The API validates definitions. */

export interface Definition {
  name: string;
  description?: string;
  input?: Record<string, unknown>;
  timeout?: string;
  steps: Record<string, StepDefinition>;
  output?: unknown;
}

interface Attempts {
  retry?: {
    maxAttempts: number;
    backoff?: 'exponential' | 'constant';
    delay?: string;
    maxDelay?: string;
  };
  timeout?: string;
  onFailure?: 'fail' | 'continue';
}

interface Place {
  needs?: string[];
  if?: string;
  join?: Join;
}

export type Join = 'all_succeeded' | 'none_failed' | 'all_settled';

interface Work {
  type: 'http' | 'llm' | 'transform' | 'delay' | 'approval' | 'wait' | 'workflow';
  with?: Record<string, unknown>;
}

export type ItemStepDefinition = Work & Attempts;

interface MapWork {
  type: 'map';
  over: unknown[] | string;
  concurrency?: number;
  step: ItemStepDefinition;
  onFailure?: Attempts['onFailure'];
}

/** The work of a step, without its place in the DAG. */
export type StepWork = ItemStepDefinition | MapWork;

export type StepDefinition = StepWork & Place;

/** Edges of a DAG: the indexes of each step's parents. */
export type Shape = readonly (readonly number[])[];
