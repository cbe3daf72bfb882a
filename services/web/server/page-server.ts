import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import compression from 'compression';

/** As the API's: longer than a proxy before it keeps a connection, 60 s mostly. */
const KEEP_ALIVE_MS = 65_000;
/** What a client may take for its headers, for all of a request, and for reading an answer; as the API's. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const IDLE_TIMEOUT_MS = 30_000;
/** Node.js looks for requests that are too slow every 30 s by default. */
const CHECK_EVERY_MS = 1_000;
/** Browsers have one request under way on a connection. */
const MAX_REQUESTS_AT_ONCE = 16;

/**
 * A server that compresses what is text and not compressed already, and closes connections that want too much at once
 * or move too slowly. Event streams are not compressed: an event must not wait in a compressor.
 */
export function createPageServer(answer: RequestListener): Server {
  const compress = compression({
    filter: (request, response) =>
      !String(response.getHeader('content-type')).startsWith('text/event-stream') &&
      compression.filter(request, response),
  });
  const underWay = new WeakMap<Socket, number>();
  const server = createServer({
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: CHECK_EVERY_MS,
    // Node.js would answer those without one itself, however many a connection has.
    requireHostHeader: false,
  });
  server.timeout = IDLE_TIMEOUT_MS;
  server.on('request', begin);
  server.on('checkExpectation', begin);
  return server;

  function begin(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    const requests = (underWay.get(socket) ?? 0) + 1;
    if (requests > MAX_REQUESTS_AT_ONCE) return void socket.destroy();
    underWay.set(socket, requests);
    response.once('close', () => underWay.set(socket, (underWay.get(socket) ?? 1) - 1));
    compress(request as never, response as never, () => void answer(request, response));
  }
}
