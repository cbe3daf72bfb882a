import { AsyncResource } from 'node:async_hooks';
import { readFileSync } from 'node:fs';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';

/** Limits for a client of the server. */
export interface ServerLimits {
  maxHeaderBytes: number;
  /** Time from the first byte of a request to the end of its headers, and to the end of its body. */
  headersTimeoutMs: number;
  requestTimeoutMs: number;
  /**
   * Idle time of a connection with an open request, when the client does not read its response. Node.js counts the first
   * part that the system buffers as activity, so the real limit can be twice as long.
   */
  idleTimeoutMs: number;
  /** Idle time of a connection between requests. */
  keepAliveMs: number;
  /** Requests per connection: one in progress, the others wait. */
  maxRequestsAtOnce: number;
  /** Connections at once. The server closes more of them unread and emits `drop`. */
  maxConnections: number;
}

/** File descriptors for anything else: databases, calls, files, `/metrics`. */
const OTHER_DESCRIPTORS = 64;

const DEFAULT_LIMITS: ServerLimits = {
  maxHeaderBytes: 16 * 1024,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  // Event streams write every 5 s.
  idleTimeoutMs: 30_000,
  // Longer than proxies and load balancers keep idle connections (mostly 60 s): if the server closes a connection while
  // the proxy sends a POST, the proxy must not repeat it.
  keepAliveMs: 65_000,
  maxRequestsAtOnce: 16,
  // Without free descriptors, Node.js closes what it accepts and emits nothing, and databases cannot be reached.
  maxConnections: maxDescriptors() - OTHER_DESCRIPTORS,
};

/** Of this process, as `process_max_fds` shows it. Node.js raises the soft limit at its start, and so reads it once. */
function maxDescriptors(): number {
  if (process.platform !== 'linux') return Infinity;
  const limit = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
  return limit === undefined ? Infinity : Number(limit);
}

/** Interval at which Node.js looks for slow requests; its default is 30 s. */
const CHECK_EVERY_MS = 1_000;

/** Error code with which `stopParsing` ends parsing. */
const STOPPED = 'HPE_CB_HEADERS_COMPLETE';

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
}

interface Connection {
  /** Requests without a complete response. The first (oldest) one is in progress. */
  exchanges: Exchange[];
  /** The connection closes after the open responses and ignores everything else that arrives. */
  isClosing: boolean;
}

/**
 * An HTTP server that a client cannot exhaust through one connection. It handles one request of a connection at a time,
 * lets a few wait, and closes connections whose client sends or reads too slowly. A client that pipelines more requests
 * gets responses to the first ones, the last with `Connection: close`.
 * Requests without a Host header, or with any Expect header, reach the listener. Input that is not HTTP gets a status
 * without a body.
 */
export function createBoundedServer(
  listener: RequestListener,
  overrides: Partial<ServerLimits> = {},
): Server {
  const limits = { ...DEFAULT_LIMITS, ...overrides };
  const connections = new WeakMap<Socket, Connection>();
  const server = createServer({
    maxHeaderSize: limits.maxHeaderBytes,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: CHECK_EVERY_MS,
    // Otherwise Node.js itself answers requests without a Host header, without this limit.
    requireHostHeader: false,
  });
  server.timeout = limits.idleTimeoutMs;
  server.maxConnections = limits.maxConnections;

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
    // In the context of this request, not of the previous one.
    const beginLater = AsyncResource.bind(begin);
    // Lets other connections go first.
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
      // Requests after the last response get none.
      if (error.code === STOPPED) socket.destroy();
      else answerStatus(error, socket);
    } else if (last.request.complete) {
      closeAfterAnswers(connection);
      socket.pause();
    } else if (first === last && !first.response.headersSent) {
      answerStatus(error, socket);
    } else {
      // The client would take a response for that of another request.
      socket.destroy();
    }
  }
}

/** The last response gets `Connection: close`, unless its headers are already sent. */
function closeAfterAnswers(connection: Connection): void {
  connection.isClosing = true;
  const last = connection.exchanges.at(-1);
  if (last !== undefined) last.response.shouldKeepAlive = false;
}

interface Parser {
  onIncoming(request: IncomingMessage, shouldKeepAlive: boolean): number;
}

/**
 * Ends the parsing of a connection at its next request if `isDone`. Node.js parses a whole chunk of 64 kB at once, up to
 * 3,600 requests, and has no public way to stop. Requests that a listener dropped took 1 s and 280 MB on 50 connections.
 * bounded-server.test.ts tests that -1 ends parsing.
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

/** The client reset the connection, or ended it in the middle of a request. */
const LEFT_BY_CLIENT = new Set(['ECONNRESET', 'HPE_INVALID_EOF_STATE']);

function answerStatus(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || LEFT_BY_CLIENT.has(error.code ?? '')) return void socket.destroy();
  const status = STATUSES[error.code ?? ''] ?? '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
