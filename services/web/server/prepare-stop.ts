import type { Server, ServerResponse } from 'node:http';

/** How long requests in flight may go on; as the API's. */
const GRACE_MS = 10_000;

/**
 * Follows the requests of a server, so that it can end without cutting any off.
 * @returns ends it: answers in flight are given, each the last of its connection, for `graceMs` at most. Event streams
 *   end at once, since they would go on for ever; browsers go on at another server
 */
export function prepareStop(server: Server, graceMs = GRACE_MS): () => Promise<void> {
  const underWay = new Set<ServerResponse>();
  let isStopping = false;
  server.on('request', (_, response) => {
    if (isStopping) response.shouldKeepAlive = false;
    underWay.add(response);
    response.once('close', () => {
      underWay.delete(response);
      // One whose headers were sent before the stop has not said that it is the last.
      if (isStopping) server.closeIdleConnections();
    });
  });

  return () =>
    new Promise((resolve) => {
      isStopping = true;
      const cut = setTimeout(() => server.closeAllConnections(), graceMs);
      server.close(() => {
        clearTimeout(cut);
        resolve();
      });
      for (const response of underWay) {
        response.shouldKeepAlive = false;
        if (isEventStream(response)) response.destroy();
      }
    });
}

function isEventStream(response: ServerResponse): boolean {
  return String(response.getHeader('content-type')).startsWith('text/event-stream');
}
