import type { Server, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long requests in flight may go on; as the API's. */
const GRACE_MS = 10_000;

/**
 * Follows the requests of a server, so that it can end without cutting any off.
 * @param options.delayMs so long it goes on, with answers that are the last of their connections: clients that keep
 *   theirs leave, and no request meets the end
 * @returns ends it: answers in flight are given, for `graceMs` at most. Event streams end at once, since they would go on
 *   for ever; browsers go on at another server
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
      // One whose headers were sent before the stop has not said that it is the last.
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

function isEventStream(response: ServerResponse): boolean {
  return String(response.getHeader('content-type')).startsWith('text/event-stream');
}
