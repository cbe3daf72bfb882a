import { AsyncResource } from 'node:async_hooks';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';

/** What a client may take up of a server. */
export interface ServerLimits {
  maxHeaderBytes: number;
  /** From the first byte of a request to the end of its headers, and to the end of its body. */
  headersTimeoutMs: number;
  requestTimeoutMs: number;
  /**
   * A connection with a request in work on which nothing moves: the client reads nothing of its answer. Node.js counts
   * the first part that the system took as a move, so that it can be twice as long.
   */
  idleTimeoutMs: number;
  /** A connection that waits for its next request. */
  keepAliveMs: number;
  /** Requests of one connection: one in work, the others wait for it. */
  maxRequestsAtOnce: number;
}

export const DEFAULT_LIMITS: ServerLimits = {
  maxHeaderBytes: 16 * 1024,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  // Event streams write something every 15 s.
  idleTimeoutMs: 30_000,
  // Longer than proxies and load balancers keep theirs, 60 s mostly: if the server closes a connection while the proxy
  // sends a POST on it, the proxy may not repeat the POST.
  keepAliveMs: 65_000,
  maxRequestsAtOnce: 16,
};

/** Node.js looks for requests that are too slow every 30 s by default. */
const CHECK_EVERY_MS = 1_000;

/** The code of the error with which `stopParsing` ends a connection's parsing. */
const STOPPED = 'HPE_CB_HEADERS_COMPLETE';

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
}

interface Connection {
  /** Requests without a whole answer, the oldest first; that one is in work. */
  exchanges: Exchange[];
  /** It ends with the answers that are due. Nothing else that arrives on it is looked at. */
  isClosing: boolean;
}

/**
 * An HTTP server that no client exhausts through one connection: it works on one request of a connection at a time,
 * lets few wait, and closes connections whose client sends or reads too slowly. A client that pipelines more requests
 * gets answers to the first of them, the last one with `Connection: close`.
 * Requests without a Host header, or with an Expect header of any kind, reach the listener.
 * @param options.answerBroken answers what is no request, and ends the socket; default: a status without a body
 */
export function createBoundedServer(
  listener: RequestListener,
  options: {
    answerBroken?: (error: NodeJS.ErrnoException, socket: Socket) => void;
    limits?: Partial<ServerLimits> | undefined;
  } = {},
): Server {
  const { answerBroken = answerStatus } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const connections = new WeakMap<Socket, Connection>();
  const server = createServer({
    maxHeaderSize: limits.maxHeaderBytes,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: CHECK_EVERY_MS,
    // Node.js would answer those without one itself, however many a connection has.
    requireHostHeader: false,
  });
  server.timeout = limits.idleTimeoutMs;

  server.on('connection', (socket: Socket) => {
    const connection: Connection = { exchanges: [], isClosing: false };
    connections.set(socket, connection);
    stopParsing(socket, () => connection.isClosing);
  });
  server.on('request', enter);
  server.on('checkExpectation', enter);
  server.on('clientError', refuse);
  return server;

  function enter(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    const connection = connections.get(socket);
    if (connection === undefined) throw new Error('A request came on no connection.');
    const { exchanges } = connection;
    const before = exchanges.at(-1);
    exchanges.push({ request, response });
    if (exchanges.length === limits.maxRequestsAtOnce) closeAfterAnswers(connection);
    if (before === undefined) return begin();
    // In the context of this request, not of the one before it.
    const beginLater = AsyncResource.bind(begin);
    // Other connections have their turn first.
    before.response.once('close', () => setImmediate(beginLater));

    function begin(): void {
      if (socket.destroyed) return;
      response.once('close', () => {
        exchanges.shift();
        if (connection?.isClosing && exchanges.length === 0) socket.destroySoon();
      });
      listener(request, response);
    }
  }

  function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
    const connection = connections.get(socket);
    const [first, last] = [connection?.exchanges.at(0), connection?.exchanges.at(-1)];
    if (connection === undefined || first === undefined || last === undefined) {
      // What comes after the last answer gets none.
      if (error.code === STOPPED) socket.destroy();
      else answerBroken(error, socket);
    } else if (last.request.complete) {
      closeAfterAnswers(connection);
      socket.pause();
    } else if (first === last && !first.response.headersSent) {
      answerBroken(error, socket);
    } else {
      // An answer now would be taken for that of another request.
      socket.destroy();
    }
  }
}

/** The last of them says so, unless its headers are on their way already. */
function closeAfterAnswers(connection: Connection): void {
  connection.isClosing = true;
  const last = connection.exchanges.at(-1);
  if (last !== undefined) last.response.shouldKeepAlive = false;
}

interface Parser {
  onIncoming(request: IncomingMessage, shouldKeepAlive: boolean): number;
}

/**
 * Ends the parsing of a connection at its next request when `isDone`. Node.js parses all of a chunk of 64 kB before
 * anything else happens, which can be 3,600 requests, and has no public way to stop it: requests that were dropped by
 * a listener took 1 s on 50 connections, and 280 MB. That -1 ends the parsing is tested in bounded-server.test.ts.
 */
function stopParsing(socket: Socket, isDone: () => boolean): void {
  const { parser } = socket as unknown as { parser: Parser };
  const begin = parser.onIncoming;
  parser.onIncoming = (request, shouldKeepAlive) =>
    isDone() ? -1 : begin(request, shouldKeepAlive);
}

const STATUSES: Record<string, string> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

function answerStatus(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable) return void socket.destroy();
  const status = STATUSES[error.code ?? ''] ?? '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
