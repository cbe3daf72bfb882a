import type { LabelsOf, Metrics } from '@aio/catalog/metrics/instruments';
import type { RunState } from '@aio/core/run/run-state';
import type { StepState } from '@aio/core/run/step-state';
import { exemplarOf, sampledTraceId } from '@aio/runtime/trace-context';
import type { TracedRun } from '../engine/observer.ts';
import { isLaneKind, kindOf, secondsBetween } from './describe-work.ts';
import type { ContextOfRun } from './run-contexts.ts';

interface AttemptCount {
  outcome: LabelsOf<'stepAttempts'>['outcome'];
  endedAtMs: number;
  /** null = success */
  errorType: string | null;
}

/** Counts and times attempts. The orchestrator reports most of them; a cancelled one also its executor. */
export class AttemptMetrics {
  readonly #metrics: Metrics<'worker'>;
  readonly #contextOf: ContextOfRun;

  constructor(metrics: Metrics<'worker'>, contextOf: ContextOfRun) {
    this.#metrics = metrics;
    this.#contextOf = contextOf;
  }

  /** Counts an attempt that ended, with its failure and its time. */
  ended(run: RunState, step: StepState, count: AttemptCount): void {
    this.#metrics.stepAttempts.inc({ kind: kindOf(step), outcome: count.outcome });
    this.time(run.claim, step, count);
  }

  /** Counts the failure and records the time, but does not count the attempt. */
  time(run: TracedRun, step: StepState, { outcome, endedAtMs, errorType }: AttemptCount): void {
    const metrics = this.#metrics;
    const kind = kindOf(step);
    const ofStep = { workflow: run.workflowName, step: step.step.id, heldBy: run.owner };
    if (errorType !== null && outcome !== 'cancelled' && outcome !== 'rejected')
      metrics.stepFailures.inc({ kind, error_type: errorType });
    if (outcome === 'failed') metrics.workflowStepFailures.inc(ofStep);
    if (step.startedAtMs === null) return;
    const seconds = secondsBetween(step.startedAtMs, endedAtMs);
    const exemplar = exemplarOf(sampledTraceId(this.#contextOf(run)), run.id);
    const ended = outcome === 'rejected' ? 'succeeded' : outcome;
    metrics.stepExecution.observe({ kind, outcome: ended }, seconds, exemplar);
    if (isLaneKind(kind) && (outcome === 'succeeded' || outcome === 'failed'))
      metrics.workflowStepTime.observe(ofStep, seconds, exemplar);
  }
}
