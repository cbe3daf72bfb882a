import { readEvents } from '@aio/tools/start/event-stream';

/** A received server-sent event. */
export interface ReceivedEvent {
  id: number | null;
  event: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into it
  data: any;
}

export interface EventReader {
  status: number;
  contentType: string;
  /** The next event; undefined = the stream has ended. */
  next(): Promise<ReceivedEvent | undefined>;
  /** All events up to the end of the stream. */
  rest(): Promise<ReceivedEvent[]>;
  /** Closes the connection, like a client whose network fails. */
  leave(): void;
}

/** Opens an event stream and reads its raw events. */
export async function openStream(
  url: string,
  headers: Record<string, string> = {},
): Promise<EventReader> {
  const leaving = new AbortController();
  const response = await fetch(url, { headers, signal: leaving.signal });
  const events = parse(response.body ?? new ReadableStream());
  return {
    status: response.status,
    contentType: response.headers.get('content-type') ?? '',
    next: async () => (await events.next()).value ?? undefined,
    async rest() {
      const all: ReceivedEvent[] = [];
      for await (const event of events) all.push(event);
      return all;
    },
    leave: () => leaving.abort(),
  };
}

async function* parse(body: ReadableStream<Uint8Array>): AsyncGenerator<ReceivedEvent, undefined> {
  for await (const { id, type, data } of readEvents(body))
    yield { id: id === '' ? null : Number(id), event: type, data: JSON.parse(data) as unknown };
}
