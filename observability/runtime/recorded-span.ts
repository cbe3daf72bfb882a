import {
  SpanStatusCode,
  type Attributes,
  type AttributeValue,
  type HrTime,
  type Link,
  type Span,
  type SpanContext,
  type SpanKind,
  type SpanStatus,
  type TimeInput,
} from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';

/** What the spans of one part of the product have in common. */
export interface SpanOrigin {
  readonly resource: ReadableSpan['resource'];
  readonly scope: ReadableSpan['instrumentationScope'];
  /** Told of every span that has ended. */
  readonly onEnd: (span: ReadableSpan) => void;
}

export interface SpanStart {
  name: string;
  kind: SpanKind;
  attributes?: Attributes | undefined;
  links?: Link[] | undefined;
  /** Milliseconds since the epoch; default: now. */
  startTime?: number | Date | undefined;
}

/** A fan-in of 1,000 links to 1,000 parents; more than the SDK's 128. */
const LINKS_PER_SPAN = 1024;
const UNSET: SpanStatus = { code: SpanStatusCode.UNSET };
const NO_EVENTS: ReadableSpan['events'] = [];
const NO_LINKS: Link[] = [];

/**
 * A span as the SDK's exporters take it, of a third of the objects that the SDK makes for one: under load
 * they all outlive a collection of garbage while they wait for their batch. It takes attributes as they
 * are, and keeps no events: the messages in them can hold what must not leave the process.
 */
export class RecordedSpan implements Span, ReadableSpan {
  readonly kind: SpanKind;
  readonly parentSpanContext?: SpanContext;
  readonly attributes: Attributes;
  name: string;
  status = UNSET;
  links: Link[];
  droppedLinksCount: number;
  ended = false;
  private readonly origin: SpanOrigin;
  private readonly context: SpanContext;
  /** Added to the monotonic clock it gives the time; of a whole trace, as far as this process makes it. */
  private readonly clock: number;
  private readonly startMs: number;
  private endMs = 0;

  /** @param parent of the same process, if it is made here */
  constructor(
    origin: SpanOrigin,
    context: SpanContext,
    { name, kind, attributes, links = NO_LINKS, startTime }: SpanStart,
    parentSpanContext?: SpanContext,
    parent?: RecordedSpan,
  ) {
    this.origin = origin;
    this.context = context;
    this.name = name;
    this.kind = kind;
    if (parentSpanContext !== undefined) this.parentSpanContext = parentSpanContext;
    this.attributes = known(attributes);
    this.links = links.length > LINKS_PER_SPAN ? links.slice(-LINKS_PER_SPAN) : links;
    this.droppedLinksCount = links.length - this.links.length;
    const now = performance.now();
    this.clock = parent?.clock ?? Date.now() - now;
    this.startMs = startTime === undefined ? now + this.clock : Number(startTime);
  }

  spanContext(): SpanContext {
    return this.context;
  }

  isRecording(): boolean {
    return !this.ended;
  }

  setAttribute(key: string, value: AttributeValue | undefined): this {
    if (!this.ended && value !== undefined) this.attributes[key] = value;
    return this;
  }

  setAttributes(attributes: Attributes): this {
    for (const key of Object.keys(attributes)) this.setAttribute(key, attributes[key]);
    return this;
  }

  addEvent(): this {
    return this;
  }

  recordException(): void {}

  addLink(link: Link): this {
    return this.addLinks([link]);
  }

  addLinks(links: Link[]): this {
    if (this.ended) return this;
    const all = [...this.links, ...links];
    this.links = all.slice(-LINKS_PER_SPAN);
    this.droppedLinksCount += all.length - this.links.length;
    return this;
  }

  setStatus(status: SpanStatus): this {
    const isFinal = this.ended || this.status.code === SpanStatusCode.OK;
    if (!isFinal && status.code !== SpanStatusCode.UNSET) this.status = status;
    return this;
  }

  updateName(name: string): this {
    if (!this.ended) this.name = name;
    return this;
  }

  end(endTime?: TimeInput): void {
    if (this.ended) return;
    this.endMs = Math.max(
      this.startMs,
      endTime === undefined ? performance.now() + this.clock : toMs(endTime),
    );
    this.ended = true;
    this.origin.onEnd(this);
  }

  get startTime(): HrTime {
    return toHrTime(this.startMs);
  }

  get endTime(): HrTime {
    return toHrTime(this.endMs);
  }

  get duration(): HrTime {
    return toHrTime(this.endMs - this.startMs);
  }

  get resource(): ReadableSpan['resource'] {
    return this.origin.resource;
  }

  get instrumentationScope(): ReadableSpan['instrumentationScope'] {
    return this.origin.scope;
  }

  get events(): ReadableSpan['events'] {
    return NO_EVENTS;
  }

  get droppedEventsCount(): number {
    return 0;
  }

  get droppedAttributesCount(): number {
    return 0;
  }
}

/** A copy, without what is undefined. */
function known(attributes: Attributes | undefined): Attributes {
  const copy = { ...attributes };
  for (const key in copy) if (copy[key] === undefined) delete copy[key];
  return copy;
}

function toMs(time: TimeInput): number {
  return Array.isArray(time) ? time[0] * 1000 + time[1] / 1e6 : Number(time);
}

function toHrTime(ms: number): HrTime {
  return [Math.trunc(ms / 1000), Math.round((ms % 1000) * 1e6)];
}
