/** A compiled definition: names are indexes, durations are milliseconds. */

import type { Fault } from '../errors.ts';
import type { Template } from '../expression/template.ts';
import type { StepKindName } from './kinds/registry.ts';
import type { RetryPolicy } from './retry.ts';
import type { Join } from './schema.ts';
import type { LabelsOf } from '../run/labels.ts';
import type { TitleOf } from '../run/title.ts';

export interface Plan {
  readonly name: string;
  /** In the order of the definition. */
  readonly steps: readonly PlanStep[];
  readonly indexOf: ReadonlyMap<string, number>;
  /** null = the run has no timeout. */
  readonly timeoutMs: number | null;
  /** null = runs have no title. */
  readonly titleOf: TitleOf | null;
  /** null = runs have no labels. */
  readonly labelsOf: LabelsOf | null;
  /** null = the run's output is null. */
  readonly output: Template | null;
  /** Checks the input of a run against the `input` schema. Pointers lead into the input. */
  validateInput(value: unknown): Fault[];
}

export interface PlanStep {
  readonly id: string;
  readonly index: number;
  readonly kind: StepKindName;
  readonly lane: string;
  readonly needs: readonly number[];
  readonly dependants: readonly number[];
  readonly join: Join;
  readonly condition: Template | null;
  /** For a map: the work of one item. */
  readonly work: PlanWork;
  readonly onFailure: OnFailure;
  readonly map: MapPlan | null;
  /** Steps whose outputs its expressions read: if, with, over, the item's step. */
  readonly reads: readonly number[];
}

export interface PlanWork {
  readonly kind: StepKindName;
  readonly lane: string;
  /** The shared resource that it calls: its name, or the expression that evaluates to it; null = none. */
  readonly resource: string | Template | null;
  readonly with: Template;
  readonly retry: RetryPolicy;
  /** Per attempt; null = no timeout. */
  readonly timeoutMs: number | null;
  /** Checks an evaluated `with` against the kind's schema. Pointers lead into it. */
  validateWith(value: unknown): Fault[];
}

export interface MapPlan {
  /** Evaluates to the list of items. */
  readonly over: Template;
  readonly concurrency: number;
  /** Reaction to a failed item. */
  readonly onItemFailure: OnFailure;
}

export type OnFailure = 'fail' | 'continue';
