import { hash } from 'node:crypto';
import { trace, type Context, type Span, type SpanContext } from '@opentelemetry/api';
import { newSpanId } from './span-ids.ts';
import {
  contextFromTraceparent,
  contextOfOpenSpan,
  spanContextOf,
  traceparentOf,
} from './trace-context.ts';

/** The span of a run, as the run's row keeps it from its acceptance on: it is exported when the run has ended. */
export interface RunSpan {
  /** Of the span itself; null = not traced. */
  traceparent: string | null;
  /** The span above it. */
  parentSpanId: string | null;
}

/** Chooses the id of a run's span. @param above the span that starts the run: a request, or a step */
export function chooseRunSpan(above: Span | SpanContext | undefined): RunSpan {
  const parent = above && spanContextOf(above);
  const traceparent = parent ? traceparentOf({ ...parent, spanId: newSpanId() }) : null;
  return { traceparent, parentSpanId: traceparent === null ? null : parent!.spanId };
}

/**
 * Where the span of a run is recorded, as `recordSpan` takes it. Of a run that earlier code accepted, the submission's
 * span is all that is known: its own gets a fresh id.
 */
export function placeOfRunSpan(run: RunSpan & { tracestate: string | null }): {
  parent: Context;
  spanId?: string;
} {
  const own = contextFromTraceparent(run.traceparent, run.tracestate);
  const spanId = trace.getSpanContext(own)?.spanId;
  if (run.parentSpanId === null || spanId === undefined) return { parent: own };
  return { parent: contextOfOpenSpan(own, run.parentSpanId), spanId };
}

/** Names a step of a run, or an item of its map (`iteration` -1 = the step itself). */
interface StepKey {
  step: string;
  iteration: number;
}

/**
 * Id of the span of a step, 16 hexadecimal digits. Every process that knows the step knows the id, before the span is
 * exported and without a row that keeps it.
 */
export function stepSpanId(runId: string, { step, iteration }: StepKey): string {
  return hash('sha256', `${runId}/${step}/${iteration}`).slice(0, 16);
}

/** Below the run's own context, that of a step's span, which is exported when the step has ended. */
export function contextOfStep(ofRun: Context, runId: string, step: StepKey): Context {
  return contextOfOpenSpan(ofRun, stepSpanId(runId, step));
}
