import { Readable } from 'node:stream';

/** One server-sent event; `id` is what a client sends back as Last-Event-ID. */
export interface StreamEvent {
  id?: number;
  event: string;
  data: unknown;
}

/** How long a client waits before it connects again. */
const RECONNECT_MS = 1000;
const BUFFER_BYTES = 64 * 1024;

/**
 * Writes batches of events as text/event-stream; an empty batch is a heartbeat. The stream is
 * pulled: nothing is taken from `batches` while the client does not read. A failure ends the
 * stream without a last event, which tells the client to connect again and resume.
 */
export function writeEventStream(
  batches: AsyncIterable<readonly StreamEvent[]>,
  onError: (error: unknown) => void,
): Readable {
  async function* write(): AsyncGenerator<string> {
    try {
      yield `retry: ${RECONNECT_MS}\n\n`;
      for await (const batch of batches) {
        yield batch.length === 0 ? ': still here\n\n' : batch.map(writeEvent).join('');
      }
    } catch (error) {
      onError(error);
    }
  }
  return Readable.from(write(), { objectMode: false, highWaterMark: BUFFER_BYTES });
}

function writeEvent({ id, event, data }: StreamEvent): string {
  const idLine = id === undefined ? '' : `id: ${id}\n`;
  return `${idLine}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
