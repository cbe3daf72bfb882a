import type { IncomingMessage, OutgoingMessage, Server, ServerResponse } from 'node:http';

export interface GracefulStop {
  /** From now on, each response closes its connection, so that clients connect elsewhere before the stop. */
  retire(): void;
  /** Ends event streams at once, because they never end by themselves; clients reconnect elsewhere. */
  endStreams(): void;
  /** Stops listening, waits `graceMs` for requests in flight, then closes all connections. */
  close(graceMs: number): Promise<void>;
}

/**
 * Whether the response is a stream of server-sent events. Its type must be set as Koa does, with `setHeader`: Node.js does
 * not keep headers that only `writeHead` has.
 */
export function isEventStream(response: Pick<OutgoingMessage, 'getHeader'>): boolean {
  return String(response.getHeader('content-type')).startsWith('text/event-stream');
}

/** Prepares a graceful stop: follows the server's requests from now on. */
export function prepareStop(server: Server): GracefulStop {
  const underWay = new Set<ServerResponse>();
  let isRetired = false;
  let isClosing = false;

  function follow(_: IncomingMessage, response: ServerResponse): void {
    if (isRetired) response.shouldKeepAlive = false;
    underWay.add(response);
    response.once('close', () => {
      underWay.delete(response);
      // Node.js closes idle connections at a stop, but not those that become idle later: headers that were sent before it
      // still promised to keep the connection.
      if (isClosing) server.closeIdleConnections();
    });
  }
  // Before the listener, which may answer at once.
  server.prependListener('request', follow);
  server.prependListener('checkExpectation', follow);

  function retire(): void {
    isRetired = true;
    for (const response of underWay) response.shouldKeepAlive = false;
  }

  return {
    retire,
    endStreams() {
      for (const response of underWay) if (isEventStream(response)) response.destroy();
    },
    async close(graceMs) {
      retire();
      isClosing = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const cut = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(cut);
    },
  };
}
