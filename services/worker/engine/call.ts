import type { Redactor } from '@aio/core/text/redact';
import type { StepCall, StepLog } from '../steps/step-kind.ts';
import type { Context } from '@opentelemetry/api';
import type { Abortable } from './abortable.ts';
import type { Given } from './given.ts';
import type { Observer, TracedRun, TracedUnit } from './observer.ts';

/**
 * What a kind is given for one attempt, in whichever worker it is executed. A class, since an object
 * with a getter of its own takes 0.3 µs to make, and one whose class has it hardly any.
 */
export class Call implements StepCall {
  readonly runId: string;
  readonly workflowId: string;
  readonly workflow: string;
  readonly step: string;
  readonly iteration: number | null;
  readonly attempt: number;
  readonly depth: number;
  readonly with: unknown;
  readonly redactor: Redactor;
  readonly secretPlaces: readonly string[];
  readonly log: StepLog;
  readonly trace: Context;
  readonly #abortable: Abortable;

  constructor(
    observer: Observer,
    run: TracedRun,
    unit: TracedUnit,
    given: Given & { abortable: Abortable; log: StepLog },
  ) {
    const { id, workflowId, workflowName, depth } = run.claim;
    this.runId = id;
    this.workflowId = workflowId;
    this.workflow = workflowName;
    this.step = unit.step.id;
    this.iteration = unit.iteration === -1 ? null : unit.iteration;
    this.attempt = unit.attempt;
    this.depth = depth;
    this.with = given.with;
    this.redactor = given.redactor;
    this.secretPlaces = unit.work.with.secretPlaces;
    this.log = given.log;
    this.trace = observer.attemptContext(run, unit);
    this.#abortable = given.abortable;
  }

  get signal(): AbortSignal {
    return this.#abortable.signal;
  }

  get idempotencyKey(): string {
    return `${this.runId}-${this.step}-${this.iteration ?? -1}`;
  }
}
