import { Readable } from 'node:stream';

/** One server-sent event. A client that reconnects sends `id` back as Last-Event-ID. */
export interface StreamEvent {
  id?: number;
  event?: string;
  /** Text without line breaks, for example JSON. */
  data: string;
}

/** Clients wait this long before they reconnect. */
const RECONNECT_MS = 1000;
const BUFFER_BYTES = 64 * 1024;
/** Shorter than the idle timeouts of proxies and load balancers (mostly 60 s). */
const HEARTBEAT_MS = 15_000;
/** An event, because pages cannot see comments. Without data, so that it is none of the client's. */
const HEARTBEAT = 'event: heartbeat\ndata:\n\n';

/**
 * Writes batches of events as text/event-stream; an empty batch is the event `heartbeat`. It takes batches only
 * while the client reads. An error ends the stream, and the client reconnects and resumes.
 */
export function writeEventStream(
  batches: AsyncIterable<readonly StreamEvent[]>,
  onError: (error: unknown) => void,
): Readable {
  async function* write(): AsyncGenerator<string> {
    try {
      yield `retry: ${RECONNECT_MS}\n\n`;
      for await (const batch of batches) {
        yield batch.length === 0 ? HEARTBEAT : batch.map(formatEvent).join('');
      }
    } catch (error) {
      onError(error);
    }
  }
  return Readable.from(write(), { objectMode: false, highWaterMark: BUFFER_BYTES });
}

/** The event as text of a stream. */
export function formatEvent({ id, event, data }: StreamEvent): string {
  const idLine = id === undefined ? '' : `id: ${id}\n`;
  const eventLine = event === undefined ? '' : `event: ${event}\n`;
  return `${idLine}${eventLine}data: ${data}\n\n`;
}

/** Wakes the streams that wait for new events. */
export interface Notifier {
  /** Number of notices so far. Take it before you look for events, so that no notice in between is lost. */
  readonly notices: number;
  notify(): void;
  /** true = `notify` was called after `seen` notices; false = timeout or abort. */
  wait(seen: number, timeoutMs: number, signal: AbortSignal): Promise<boolean>;
}

export function createNotifier(): Notifier {
  const waiting = new Set<(notified: boolean) => void>();
  let notices = 0;
  return {
    get notices() {
      return notices;
    },
    notify() {
      notices += 1;
      for (const wake of waiting) wake(true);
    },
    wait(seen, timeoutMs, signal) {
      if (signal.aborted) return Promise.resolve(false);
      if (seen !== notices) return Promise.resolve(true);
      return new Promise((resolve) => {
        const settle = (notified: boolean): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', stop);
          waiting.delete(settle);
          resolve(notified);
        };
        const stop = (): void => settle(false);
        const timer = setTimeout(stop, timeoutMs);
        signal.addEventListener('abort', stop);
        waiting.add(settle);
      });
    },
  };
}

/** Where a stream takes its events from. */
export interface EventSource<Event> {
  /**
   * Reads some of the events with numbers above `after`, in order; empty = there are no others yet. Replayed and live
   * events both come from here, so none is missing between them and none comes twice. A number must not appear after
   * a higher one did: a sequence of PostgreSQL does not promise that for concurrent transactions.
   */
  read(after: number): Promise<readonly Event[]>;
  numberOf(event: Event): number;
  /** Whether the stream ends with this event. Default: it never ends. */
  isLast?(event: Event): boolean;
  /** Call `notify` when there may be new events, e.g. after a commit, or at every notice of LISTEN. */
  notifier: Notifier;
  heartbeatMs?: number;
}

/**
 * Yields the events after number `after` in batches, those that exist and then new ones, and an empty batch after
 * `heartbeatMs` without any. It reads on only when the consumer asks. Ends after the last event, and at an abort.
 */
export async function* followEvents<Event>(
  source: EventSource<Event>,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<readonly Event[]> {
  const { notifier, heartbeatMs = HEARTBEAT_MS } = source;
  let reached = after;
  while (!signal.aborted) {
    const seen = notifier.notices;
    const events = await source.read(reached);
    const last = events.at(-1);
    if (last !== undefined) {
      reached = source.numberOf(last);
      yield events;
      if (source.isLast?.(last)) return;
    } else if (!(await notifier.wait(seen, heartbeatMs, signal)) && !signal.aborted) {
      yield [];
    }
  }
}
