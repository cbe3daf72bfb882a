/** BullMQ's own Telemetry interface on our tracer: its producer and consumer spans, in the words of OpenTelemetry. */
import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  trace,
  type Context,
  type Span,
} from '@opentelemetry/api';
import { ATTRIBUTES } from '@aio/catalog/attributes';
import { spanName } from '@aio/catalog/spans';
import { contextOfStep } from './run-span.ts';
import { contextFromTraceparent, isSampled } from './trace-context.ts';
import { hasEnded, markFailed, recordError } from './tracing.ts';

/** The trace of a run, as its row keeps it. */
interface RunTrace {
  traceparent: string | null;
  tracestate: string | null;
}

/** What the sending and the taking side of the queues need to be traced. */
export interface QueueTracing {
  /** For BullMQ's queues and workers. */
  telemetry: QueueTelemetry;
  /** What a run's job carries: the consumer's span lies below the run's. undefined = the run is not traced. */
  contextOfRun(run: RunTrace): string | undefined;
  /** The same of a step's job: the consumer's span lies below the step's. */
  contextOfStep(
    step: RunTrace & { runId: string; step: string; iteration: number },
  ): string | undefined;
  /** Calls `send` within the run's trace, where its producer's span belongs. */
  within<T>(runContext: string | undefined, send: () => T): T;
}

/** What BullMQ puts into a span. */
interface QueueSpan {
  setSpanOnContext(above: Context): Context;
  setAttribute(key: string, value: unknown): void;
  setAttributes(attributes: Record<string, unknown>): void;
  addEvent(name: string): void;
  recordException(error: unknown): void;
  end(): void;
}

/** BullMQ's `Telemetry`, without its meter: depths and times are metrics of the catalogue. */
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

/** BullMQ's attributes that are also the field's; the others, such as results and reasons, can quote payloads. */
const ATTRIBUTE_NAMES: Readonly<Record<string, string>> = {
  'bullmq.job.id': ATTRIBUTES.messagingMessageId,
  'bullmq.job.bulk.count': ATTRIBUTES.messagingBatchMessageCount,
};

/** Of polling, renewing locks and the like, and of what is not sampled. */
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
 * @param options.runQueue a worker can die while it holds a run, and nobody exports the span of that job then: what is
 *   done within it hangs below the run itself
 */
export function createQueueTracing(options: {
  scope: string;
  version?: string;
  runQueue: string;
}): QueueTracing {
  const tracer = trace.getTracer(options.scope, options.version);

  /** BullMQ names `process <queue>`, `add <queue>.<job>`, `addBulk <queue>`, and what is no message's. */
  function startSpan(
    name: string,
    { kind }: { kind: number } = { kind: SpanKind.INTERNAL },
    parent: Context = context.active(),
  ): QueueSpan {
    const above = trace.getSpan(parent);
    const isMessages = kind === SpanKind.PRODUCER || kind === SpanKind.CONSUMER;
    if (!isMessages || !above || !isSampled(above.spanContext()) || hasEnded(above)) return NO_SPAN;
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
        // Jobs are given the context of their run or step; the producer's is not a place in the tree of a run.
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
