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
  let text = '';
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
      const fields = new Map(
        text
          .slice(0, end)
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
      );
      text = text.slice(end + 2);
      const data = fields.get('data');
      if (data === undefined) continue;
      const id = fields.get('id');
      yield {
        id: id === undefined ? null : Number(id),
        event: fields.get('event') ?? 'message',
        data: JSON.parse(data) as unknown,
      };
    }
  }
}
