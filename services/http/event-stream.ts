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

/**
 * Writes batches of events as text/event-stream; an empty batch is a heartbeat. It takes batches only
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
        yield batch.length === 0 ? ': still here\n\n' : batch.map(formatEvent).join('');
      }
    } catch (error) {
      onError(error);
    }
  }
  return Readable.from(write(), { objectMode: false, highWaterMark: BUFFER_BYTES });
}

/** The event as text of a stream. */
export function formatEvent({ id, event, data }: StreamEvent): string {
  const idLine =
    id === undefined
      ? ''
      : `id: ${id}
`;
  const eventLine =
    event === undefined
      ? ''
      : `event: ${event}
`;
  return `${idLine}${eventLine}data: ${data}

`;
}
