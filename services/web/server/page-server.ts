import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import { constants } from 'node:zlib';
import compression from 'compression';
import { isEventStream } from './prepare-stop';

/** As the API's: proxies keep a connection for up to 60 s, and must close it first. */
const KEEP_ALIVE_MS = 65_000;
/** Time for a client to send its headers, to send a request, and to read an answer; as the API's. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const IDLE_TIMEOUT_MS = 30_000;
/** Node.js checks for slow requests every 30 s by default. */
const CHECK_EVERY_MS = 1_000;
/** Per connection; browsers send one at a time. */
const MAX_REQUESTS_AT_ONCE = 16;

const compressAnswer = compression({
  filter: (request, response) => !isEventStream(response) && compression.filter(request, response),
});
/** Flushes each write, or an event would wait for the next one. The API has the same settings, and their reasons. */
const compressStream = compression({
  filter: (_, response) => isEventStream(response),
  flush: constants.Z_SYNC_FLUSH,
  level: 1,
  windowBits: 13,
  memLevel: 6,
  brotli: {
    flush: constants.BROTLI_OPERATION_FLUSH,
    params: { [constants.BROTLI_PARAM_QUALITY]: 1, [constants.BROTLI_PARAM_LGWIN]: 14 },
  },
} as compression.CompressionOptions); // its types lack options of zlib

/** Creates a server that compresses text. It closes connections that are too slow or send more than 16 requests at once. */
export function createPageServer(answer: RequestListener): Server {
  const underWay = new WeakMap<Socket, number>();
  const server = createServer({
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: CHECK_EVERY_MS,
    // Otherwise Node.js answers requests without a Host header itself, and they escape the limit.
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
    compressAnswer(request as never, response as never, () =>
      compressStream(request as never, response as never, () => void answer(request, response)),
    );
  }
}
