/** BullMQ's `telemetry` option on OpenTelemetry: one trace from the sender through the queue to the job's own work. */
import {
  context,
  createContextKey,
  isSpanContextValid,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  trace,
  TraceFlags,
  type Context,
  type Link,
  type Span,
  type SpanContext,
} from '@opentelemetry/api';
import type { Telemetry } from 'bullmq';
import { newSpanId, withSpanId } from './span-ids.ts';
import { markFailed, openSpanOf, recordError } from './span-state.ts';

type QueueSpan = ReturnType<Telemetry<Context>['tracer']['startSpan']>;

export interface BullmqTelemetryOptions {
  /** Name of the instrumentation scope, such as `my-service`. */
  scope: string;
  version?: string | undefined;
  /** Error types of jobs that were ended on purpose, see `markFailed`. */
  interruptions?: readonly string[];
  /** Address of Redis. */
  server?: { address: string; port: number };
  /** Context that a sent job carries; '' = that of its own option `telemetry.metadata`. Default: `metadataOf`. */
  metadataOf?: (within: Context) => string;
  /** Whether the work of a queue's jobs is below their span; else it is below the context that they carry. Default: yes. */
  isParent?: (queue: string) => boolean;
}

/**
 * For queues, workers and flow producers. In a sampled trace, sending is a span `send <queue>` and each attempt of a job
 * a span `process <queue>` below it. Polling, lock renewals and unsampled traces have no spans. A job that carries no
 * context has none, either: the processor may start a trace. BullMQ gives the context only to those jobs of a flow that
 * have `opts`, even empty. No attribute has a payload, a result or an error message. Metrics of BullMQ
 * (`telemetry.meter`) are left out.
 */
export function bullmqTelemetry(options: BullmqTelemetryOptions): Telemetry<Context> {
  const { interruptions, metadataOf: carried = metadataOf, isParent = () => true } = options;
  const ofServer = options.server && {
    'server.address': options.server.address,
    'server.port': options.server.port,
  };
  const tracer = trace.getTracer(options.scope, options.version);

  function startSpan(
    name: string,
    _options: unknown,
    parent: Context = context.active(),
  ): QueueSpan {
    if (openSpanOf(parent) === undefined) return NO_SPAN;
    const [verb = '', ...rest] = name.split(' ');
    const isSent = SENDS.includes(verb);
    if (!isSent && verb !== 'process') return NO_SPAN;
    const operation = isSent ? 'send' : 'process';
    const named = rest.join(' ');
    const queue = verb === 'add' ? named.split('.')[0]! : named;
    const kind = isSent ? SpanKind.PRODUCER : SpanKind.CONSUMER;
    const attributes = {
      'messaging.system': 'bullmq',
      'messaging.destination.name': queue,
      'messaging.operation.name': operation,
      'messaging.operation.type': operation,
      ...ofServer,
    };
    const sender = parent.getValue(SENDER) as SpanContext | undefined;
    const sentBy = parent.getValue(SENT_BY) as SpanContext | undefined;
    const links: Link[] = !isSent && sentBy ? [{ context: sentBy }] : [];
    const start = () =>
      tracer.startSpan(`${operation} ${queue}`, { kind, attributes, links }, parent);
    const span = isSent && sender ? withSpanId(sender.spanId, start) : start();
    return {
      ...toQueueSpan(span, queue, interruptions),
      setSpanOnContext: (above) =>
        (isSent || isParent(queue) ? trace.setSpan(above, span) : above).setValue(JOB_SPAN, span),
    };
  }

  return {
    tracer: { startSpan },
    contextManager: {
      with: (within, work) => context.with(within, work),
      active: <C>() => context.active() as C,
      root: <C>() => ROOT_CONTEXT as C,
      getMetadata: carried,
      fromMetadata: (_active, metadata) => contextOf(metadata),
    },
  };
}

/** Span of the job that is processed, also if it is not above the job's work. undefined = there is none. */
export function jobSpanOf(within: Context = context.active()): Span | undefined {
  return within.getValue(JOB_SPAN) as Span | undefined;
}

/** Leaves out the span of the job that is processed, of one that goes back to its queue untouched. */
export function leaveOutJobSpan(): void {
  const span = jobSpanOf();
  if (span) LEFT_OUT.add(span);
}

/**
 * Calls `send`, which sends once, in the context `within`. Jobs that carry a context of their own link to the sender's span:
 * its id is chosen here, before the jobs are made. Needs the SDK's `idGenerator` to be that of `span-ids.ts`.
 */
export function withSender<T>(within: Context, send: () => T): T {
  const above = openSpanOf(within)?.spanContext();
  return context.with(
    above ? within.setValue(SENDER, { ...above, spanId: newSpanId() }) : within,
    send,
  );
}

/**
 * Text of a context for another process; '' = there is no trace. It also carries that a trace is not sampled. Within
 * `withSender`, it names the sender.
 */
export function metadataOf(within: Context): string {
  const headers: Record<string, string> = {};
  propagation.inject(within, headers);
  const sender = context.active().getValue(SENDER) as SpanContext | undefined;
  if (sender) headers['sender'] = `${sender.traceId}-${sender.spanId}`;
  return Object.keys(headers).length === 0 ? '' : JSON.stringify(headers);
}

/** The context of `metadataOf`; not traced if the text is empty or was not written by it. */
export function contextOf(metadata: string): Context {
  try {
    const headers: unknown = JSON.parse(metadata);
    if (typeof headers !== 'object' || headers === null) return ROOT_CONTEXT;
    const within = propagation.extract(ROOT_CONTEXT, headers);
    const [traceId = '', spanId = ''] = 'sender' in headers ? `${headers.sender}`.split('-') : [];
    const sender = { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true };
    return isSpanContextValid(sender) ? within.setValue(SENT_BY, sender) : within;
  } catch {
    return ROOT_CONTEXT;
  }
}

/** The span that is about to send. */
const SENDER = createContextKey('sender of jobs');
/** The span that sent the job. */
const SENT_BY = createContextKey('sender of this job');
const JOB_SPAN = createContextKey('span of this job');
/** Spans that never end, so no exporter gets them. */
const LEFT_OUT = new WeakSet<Span>();

/** BullMQ's names of spans are `process <queue>`, `add <queue>.<job>`, `addBulk <queue>`, and others without messages. */
const SENDS: readonly string[] = ['add', 'addBulk', 'addNode'];

/** BullMQ's attributes with a standard equivalent. Others, such as results and reasons, may quote payloads. */
const ATTRIBUTE_NAMES: Readonly<Record<string, string>> = {
  'bullmq.job.id': 'messaging.message.id',
  'bullmq.job.bulk.count': 'messaging.batch.message_count',
};

/** For polling, lock renewals and unsampled work. */
const NO_SPAN: QueueSpan = {
  setSpanOnContext: (above) => above,
  setAttribute() {},
  setAttributes() {},
  addEvent() {},
  recordException() {},
  end() {},
};

function toQueueSpan(
  span: Span,
  queue: string,
  interruptions: readonly string[] | undefined,
): Omit<QueueSpan, 'setSpanOnContext'> {
  const set = (key: string, value: unknown) => {
    // A queue's name may have dots.
    if (key === 'bullmq.queue.name' && value !== queue)
      span.updateName(`send ${value}`).setAttribute('messaging.destination.name', `${value}`);
    const name = ATTRIBUTE_NAMES[key];
    if (name !== undefined) span.setAttribute(name, value as string | number);
  };
  return {
    setAttribute: set,
    setAttributes: (attributes) =>
      Object.entries(attributes).forEach(([key, value]) => set(key, value)),
    addEvent(name) {
      if (name === 'job failed') markFailed(span, 'job_failed', interruptions);
    },
    recordException: (error) => recordError(span, error, interruptions),
    end() {
      if (!LEFT_OUT.has(span)) span.end();
    },
  };
}
