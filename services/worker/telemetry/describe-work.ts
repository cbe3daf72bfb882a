/** Labels, attributes, links and log fields for runs and attempts. */
import { AIO } from '@aio/catalog/traces/attributes';
import type { LabelsOf } from '@aio/catalog/metrics/instruments';
import { LANE_KINDS } from '@aio/catalog/metrics/labels';
import { waitsForOf } from '@aio/core/definition/kinds/registry';
import type { Failure } from '@aio/core/errors';
import { stepSpanId } from '@aio/runtime/run-span';
import { traceFields, type TraceFields } from '@aio/runtime/logger';
import { contextFromTraceparent, linkTo, sampledTraceId } from '@aio/runtime/trace-context';
import { trace, type Attributes, type Link } from '@opentelemetry/api';
import type { RunState } from '@aio/core/run/run-state';
import { REJECTED } from '@aio/core/run/step-outcome';
import type { StepEnd, StepState } from '@aio/core/run/step-state';
import type { TracedRun, TracedStep } from '../engine/observer.ts';

type Kind = LabelsOf<'stepExecution'>['kind'];

const IN_LANE: ReadonlySet<string> = new Set(LANE_KINDS);

/** The catalogue lists core's kinds. */
export function kindOf(step: TracedStep): Kind {
  return (step.iteration === -1 ? step.step.kind : step.work.kind) as Kind;
}

export function isLaneKind(kind: string): boolean {
  return IN_LANE.has(kind);
}

/** Whether a first step needs a slot in a lane; its queue time then contains that of the run. */
export function beginsInLane({ plan }: RunState): boolean {
  return plan.steps.some(({ kind, needs }) => needs.length === 0 && isLaneKind(kind));
}

/** Whether a step waits for a person, an event, a time or another run, however long that takes. */
export function waitsForOthers({ plan }: RunState): boolean {
  return plan.steps.some(({ work }) => waitsForOf(work.kind) !== null);
}

/** How the approval ended; `cancelled` also after its timeout. */
export function decisionOf({ status, error }: StepEnd): 'approved' | 'rejected' | 'cancelled' {
  if (error?.code === REJECTED) return 'rejected';
  return status === 'succeeded' ? 'approved' : 'cancelled';
}

export function outcomeOf(end: StepEnd): LabelsOf<'stepAttempts'>['outcome'] {
  return end.error?.code === REJECTED ? REJECTED : statusOf(end);
}

export function statusOf(end: StepEnd): 'succeeded' | 'failed' | 'cancelled' {
  return end.status === 'skipped' ? 'succeeded' : end.status;
}

export function errorTypeOf(end: StepEnd): string | null {
  return end.error?.code ?? (end.status === 'cancelled' ? 'cancelled' : null);
}

export function stepAttributes(run: TracedRun, step: TracedStep): Attributes {
  return {
    [AIO.runId]: run.id,
    [AIO.workflowName]: run.workflowName,
    [AIO.stepId]: step.step.id,
    [AIO.stepKind]: kindOf(step),
    [AIO.stepAttempt]: step.attempt,
    ...(step.iteration === -1 ? {} : { [AIO.stepIteration]: step.iteration }),
  };
}

/** Links to the spans of the step's parents that have one in this run. */
export function parentLinks({ claim, plan, ended }: RunState, step: StepState): Link[] {
  const traceId = sampledTraceId(contextFromTraceparent(claim.traceparent, claim.tracestate));
  if (step.iteration >= 0 || traceId === undefined) return [];
  return step.step.needs
    .filter((parent) => ended[parent]?.spanId)
    .map((parent) => {
      const spanId = stepSpanId(claim.id, { step: plan.steps[parent]!.id, iteration: -1 });
      return linkTo({ traceId, spanId });
    });
}

export function secondsBetween(fromMs: number, toMs: number): number {
  return Math.max(0, toMs - fromMs) / 1000;
}

/** Queue time of the latest attempt. */
export function queueTimeMs({ readyAtMs, startedAtMs }: StepState): number {
  return readyAtMs === null || startedAtMs === null ? 0 : Math.max(0, startedAtMs - readyAtMs);
}

export function fieldsOf(run: TracedRun, step: TracedStep): Record<string, unknown> {
  const fields = runFields(run);
  return {
    ...fields,
    step: step.step.id,
    attempt: step.attempt,
    ...(step.iteration === -1 ? {} : { iteration: step.iteration }),
    ...(fields.span_id && step.spanId ? { span_id: step.spanId } : {}),
  };
}

/** Log fields that name a run and its span. */
export function runFields(run: TracedRun): RunFields {
  const span = trace.getSpanContext(contextFromTraceparent(run.traceparent, run.tracestate));
  return {
    run_id: run.id,
    workflow: run.workflowName,
    owner: run.owner,
    // Also without a sampled span: callers and other services know the trace id.
    ...(span ? traceFields(span) : {}),
  };
}

interface RunFields extends TraceFields {
  run_id: string;
  workflow: string;
  owner: string;
}

// The log has the answer of another service once: in the line of the step or item that got it.

export function runError(failure: Failure | null): Partial<Failure> | null {
  return failure?.step === undefined ? failure : withoutAnswer(failure);
}

/** An error with a cause is that of a map or a `workflow` step; the item's or child's own line has the answer. */
export function stepError(failure: Failure | undefined): Partial<Failure> | undefined {
  return failure?.cause === undefined ? failure : withoutAnswer(failure);
}

function withoutAnswer(failure: Failure): Partial<Failure> {
  const { message: _message, body: _body, cause: _cause, ...rest } = failure;
  return rest;
}
