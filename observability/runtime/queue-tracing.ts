/** BullMQ's Telemetry interface on our tracer: producer and consumer spans with OpenTelemetry's attributes. */
import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  trace,
  type Context,
  type Span,
} from '@opentelemetry/api';
import { ATTRIBUTES } from '@aio/catalog/traces/attributes';
import { spanName } from '@aio/catalog/traces/spans';
import { openSpanOf } from '@aio/tracing/span-state';
import { contextOfStep } from './run-span.ts';
import { contextFromTraceparent, isSampled } from './trace-context.ts';
import { markFailed, recordError } from './tracing.ts';

/** Trace columns of a run's row. */
interface RunTrace {
  traceparent: string | null;
  tracestate: string | null;
}

/** Tracing of producers and consumers of the queues. */
export interface QueueTracing {
  /** For BullMQ's queues and workers. A job needs one of the contexts below as its `telemetry.metadata`. */
  telemetry: QueueTelemetry;
  /** Metadata of a run's job: the consumer's span is below the run's span. undefined = the run is not traced. */
  contextOfRun(run: RunTrace): string | undefined;
  /** Metadata of a step's job: the consumer's span is below the step's span. */
  contextOfStep(
    step: RunTrace & { runId: string; step: string; iteration: number },
  ): string | undefined;
  /** Calls `send` in the context of the run, parent of the producer's span. */
  within<T>(runContext: string | undefined, send: () => T): T;
}

/** Attributes that BullMQ sets. */
interface QueueSpan {
  setSpanOnContext(above: Context): Context;
  setAttribute(key: string, value: unknown): void;
  setAttributes(attributes: Record<string, unknown>): void;
  addEvent(name: string): void;
  recordException(error: unknown): void;
  end(): void;
}

/** BullMQ's `Telemetry` without its meter, because the catalogue has metrics for depths and times. */
interface QueueTelemetry {
  tracer: { startSpan(name: string, options?: { kind: number }, parent?: Context): QueueSpan };
  contextManager: {
    with<Work extends (...args: never[]) => ReturnType<Work>>(
      within: Context,
      work: Work,
    ): ReturnType<Work>;
    active(): Context;
    root(): Context;
    getMetadata(within: Context): string;
    fromMetadata(active: Context, metadata: string): Context;
  };
}

/** BullMQ's attributes with a standard equivalent. Others, such as results and reasons, may quote payloads. */
const ATTRIBUTE_NAMES: Readonly<Record<string, string>> = {
  'bullmq.job.id': ATTRIBUTES.messagingMessageId,
  'bullmq.job.bulk.count': ATTRIBUTES.messagingBatchMessageCount,
};

/** Span for polling, lock renewals and unsampled work. */
const NO_SPAN: QueueSpan = {
  setSpanOnContext: (above) => above,
  setAttribute() {},
  setAttributes() {},
  addEvent() {},
  recordException() {},
  end() {},
};

/**
 * @param options.scope name of the instrumentation scope, e.g. `@aio/worker`
 * @param options.runQueue name of the run queue. If a worker dies while it holds a run, the job's span is never exported.
 *   So spans of that work are below the run itself
 */
export function createQueueTracing(options: {
  scope: string;
  version?: string;
  runQueue: string;
}): QueueTracing {
  const tracer = trace.getTracer(options.scope, options.version);

  /** BullMQ's names are `process <queue>`, `add <queue>.<job>`, `addBulk <queue>`, and others without messages. */
  function startSpan(
    name: string,
    { kind }: { kind: number } = { kind: SpanKind.INTERNAL },
    parent: Context = context.active(),
  ): QueueSpan {
    const isMessages = kind === SpanKind.PRODUCER || kind === SpanKind.CONSUMER;
    if (!isMessages || openSpanOf(parent) === undefined) return NO_SPAN;
    const operation = kind === SpanKind.CONSUMER ? 'process' : 'send';
    const queue = name.split(' ')[1]!.split('.')[0]!;
    const attributes = {
      [ATTRIBUTES.messagingSystem]: 'bullmq',
      [ATTRIBUTES.messagingDestinationName]: queue,
      [ATTRIBUTES.messagingOperationName]: operation,
      [ATTRIBUTES.messagingOperationType]: operation,
    };
    const span = tracer.startSpan(spanName(operation, { queue }), { kind, attributes }, parent);
    const isParent = kind !== SpanKind.CONSUMER || queue !== options.runQueue;
    return toQueueSpan(span, isParent);
  }

  return {
    telemetry: {
      tracer: { startSpan },
      contextManager: {
        with: (within, work) => context.with(within, work),
        active: () => context.active(),
        root: () => ROOT_CONTEXT,
        // Jobs carry the context of their run or step. The producer's span must not be a parent in the tree of a run.
        getMetadata: () => '',
        fromMetadata: (_active, metadata) => fromText(metadata),
      },
    },
    contextOfRun: (run) => toText(contextFromTraceparent(run.traceparent, run.tracestate)),
    contextOfStep: ({ traceparent, tracestate, runId, ...step }) =>
      toText(contextOfStep(contextFromTraceparent(traceparent, tracestate), runId, step)),
    within: (runContext, send) =>
      runContext === undefined ? send() : context.with(fromText(runContext), send),
  };
}

function toQueueSpan(span: Span, isParent: boolean): QueueSpan {
  const set = (key: string, value: unknown) => {
    const name = ATTRIBUTE_NAMES[key];
    if (name !== undefined) span.setAttribute(name, value as string | number);
  };
  return {
    setSpanOnContext: (above) => (isParent ? trace.setSpan(above, span) : above),
    setAttribute: set,
    setAttributes: (attributes) =>
      Object.entries(attributes).forEach(([key, value]) => set(key, value)),
    addEvent(name) {
      if (name === 'job failed') markFailed(span, 'job_failed');
    },
    recordException: (error) => recordError(span, error),
    end: () => span.end(),
  };
}

function toText(within: Context): string | undefined {
  const above = trace.getSpanContext(within);
  if (above === undefined || !isSampled(above)) return undefined;
  const headers: Record<string, string> = {};
  propagation.inject(within, headers);
  return JSON.stringify(headers);
}

function fromText(metadata: string): Context {
  return propagation.extract(ROOT_CONTEXT, JSON.parse(metadata) as Record<string, string>);
}
