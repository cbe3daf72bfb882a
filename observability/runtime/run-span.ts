import { hash } from 'node:crypto';
import { ATTRIBUTES } from '@aio/catalog/traces/attributes';
import {
  trace,
  type Attributes,
  type Context,
  type Span,
  type SpanContext,
} from '@opentelemetry/api';
import { newSpanId } from '@aio/tracing/span-ids';
import {
  contextFromTraceparent,
  contextOfOpenSpan,
  spanContextOf,
  traceparentOf,
} from './trace-context.ts';

/** The span of a run, stored in the run's row from its acceptance. AIO exports it when the run ends. */
export interface RunSpan {
  /** Id of the span; null = not traced. */
  traceparent: string | null;
  /** Id of its parent. */
  parentSpanId: string | null;
}

/** Chooses the id of a run's span. @param above span of the request or step that starts the run */
export function chooseRunSpan(above: Span | SpanContext | undefined): RunSpan {
  const parent = above && spanContextOf(above);
  const traceparent = parent ? traceparentOf({ ...parent, spanId: newSpanId() }) : null;
  return { traceparent, parentSpanId: traceparent === null ? null : parent!.spanId };
}

/** Place of a run's span, for `recordSpan`. */
export function placeOfRunSpan(run: RunSpan & { tracestate: string | null }): {
  parent: Context;
  spanId?: string;
} {
  const own = contextFromTraceparent(run.traceparent, run.tracestate);
  const spanId = trace.getSpanContext(own)?.spanId;
  if (run.parentSpanId === null || spanId === undefined) return { parent: own };
  return { parent: contextOfOpenSpan(own, run.parentSpanId), spanId };
}

/** What the spans of a run say about it. By the GenAI conventions, a run is the invocation of a workflow. */
export function describeRun(
  run: {
    id: string;
    workflowName: string;
    retryOf: string | null;
    replayOf: string | null;
  },
  version: number,
): Attributes {
  return {
    [ATTRIBUTES.genAiOperationName]: 'invoke_workflow',
    [ATTRIBUTES.genAiAgentName]: run.workflowName,
    [ATTRIBUTES.runId]: run.id,
    [ATTRIBUTES.workflowName]: run.workflowName,
    [ATTRIBUTES.workflowVersion]: version,
    ...(run.retryOf === null ? {} : { [ATTRIBUTES.runRetryOf]: run.retryOf }),
    ...(run.replayOf === null ? {} : { [ATTRIBUTES.runReplayOf]: run.replayOf }),
  };
}

/** A step of a run, or a map item (`iteration` -1 = the step itself). */
interface StepKey {
  step: string;
  iteration: number;
}

/** Span id of a step, 16 hexadecimal digits. Derived from the step, so that every process knows it without a row. */
export function stepSpanId(runId: string, { step, iteration }: StepKey): string {
  return hash('sha256', `${runId}/${step}/${iteration}`).slice(0, 16);
}

/** Context of a step's span, which is exported when the step ends. */
export function contextOfStep(ofRun: Context, runId: string, step: StepKey): Context {
  return contextOfOpenSpan(ofRun, stepSpanId(runId, step));
}
