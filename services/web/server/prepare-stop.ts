import type { OutgoingMessage, Server, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** Whether the answer, whose headers are set, is a stream of server-sent events. */
export function isEventStream(response: Pick<OutgoingMessage, 'getHeader'>): boolean {
  return String(response.getHeader('content-type')).startsWith('text/event-stream');
}

/** How long requests in flight may continue; the API has the same limit. */
const GRACE_MS = 10_000;

/**
 * Prepares a graceful stop: follows the server's requests from now on.
 * @param options.delayMs the server keeps answering for this long after the stop begins. Each answer closes its
 *   connection, so that clients move to another server
 * @param options.graceMs the longest wait for requests in flight
 * @returns stops the server. Event streams end at once, because they never end by themselves; browsers reconnect
 *   elsewhere
 */
export function prepareStop(
  server: Server,
  { delayMs, graceMs = GRACE_MS }: { delayMs: number; graceMs?: number },
): () => Promise<void> {
  const underWay = new Set<ServerResponse>();
  let isStopping = false;
  let isClosing = false;
  server.on('request', (_, response) => {
    if (isStopping) response.shouldKeepAlive = false;
    underWay.add(response);
    response.once('close', () => {
      underWay.delete(response);
      // Headers sent before the stop still promised to keep the connection alive.
      if (isClosing) server.closeIdleConnections();
    });
  });

  return async () => {
    isStopping = true;
    for (const response of underWay) {
      response.shouldKeepAlive = false;
      if (isEventStream(response)) response.destroy();
    }
    await sleep(delayMs, undefined, { ref: false });
    isClosing = true;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    await closed;
    clearTimeout(cut);
  };
}
