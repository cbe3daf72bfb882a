import { STATUS_CODES, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { AioError } from '@aio/core/errors';
import {
  createBoundedServer,
  DEFAULT_LIMITS,
  type ServerLimits,
} from '@aio/runtime/bounded-server';
import { SECURITY_HEADERS } from './middleware/set-security-headers.ts';
import { problemOf, type Problem, type ProblemCode } from './http/problems.ts';

/** Koa, the compression and our middleware listen to one response. Node.js warns of a leak above ten listeners. */
const MOST_LISTENERS = 20;

export interface ApiServer {
  readonly port: number;
  /** Closes each connection after its next response, so that clients connect elsewhere before the stop. */
  retire(): void;
  /** Stops listening, waits `graceMs` for requests in flight, then closes all connections. */
  close(graceMs: number): Promise<void>;
}

/**
 * @param options.onRefused called with the problem that the server answers to input that is not HTTP
 * @param options.limits override `DEFAULT_LIMITS`
 * @throws AioError `listen_failed`, its message a line for the operator
 */
export async function listen(
  handler: RequestListener,
  options: {
    host: string;
    port: number;
    onRefused?: (problem: Problem) => void;
    limits?: Partial<ServerLimits>;
  },
): Promise<ApiServer> {
  const { host, port, limits, onRefused = () => undefined } = options;
  const answers = trackAnswers(handler);
  const server = createBoundedServer(answers.listener, {
    answerBroken(error, socket) {
      const problem = problemOfClientError(error, socket);
      if (problem === null) return void socket.destroy();
      onRefused(problem);
      answerProblem(socket, problem);
    },
    limits,
  });
  server.on('connect', (_, socket) => {
    const problem = problemOf('method_not_allowed', 'CONNECT is for proxies. AIO is no proxy.');
    onRefused(problem);
    answerProblem(socket, problem, ['Allow: GET, HEAD, OPTIONS, POST']);
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, host, port)));
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    retire: answers.makeLast,
    async close(graceMs) {
      answers.stop(server);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const cut = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(cut);
    },
  };
}

/** At a stop, Node.js closes idle connections, but not those that become idle later. */
function trackAnswers(handler: RequestListener): {
  listener: RequestListener;
  makeLast(): void;
  stop(server: Server): void;
} {
  const underWay = new Set<ServerResponse>();
  let isLast = false;
  let stopping: Server | undefined;

  function makeLast(): void {
    isLast = true;
    for (const response of underWay) response.shouldKeepAlive = false;
  }

  return {
    makeLast,
    listener(request, response) {
      if (isLast) response.shouldKeepAlive = false;
      underWay.add(response);
      response.setMaxListeners(MOST_LISTENERS);
      response.once('close', () => {
        underWay.delete(response);
        // If the headers were sent before the stop, they lack `Connection: close`.
        stopping?.closeIdleConnections();
      });
      handler(request, response);
    },
    stop(server) {
      stopping = server;
      makeLast();
    },
  };
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): AioError {
  const reason = error.code === 'EADDRINUSE' ? 'the port is in use' : error.message;
  return new AioError(
    'listen_failed',
    `The API cannot listen on ${host}:${port}: ${reason}. Set PORT to another port.`,
    { cause: error },
  );
}

const CLIENT_ERRORS: Record<string, { code: ProblemCode; detail: string }> = {
  HPE_HEADER_OVERFLOW: {
    code: 'headers_too_large',
    detail: `The headers are larger than ${DEFAULT_LIMITS.maxHeaderBytes} bytes.`,
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    code: 'request_timeout',
    detail: 'The request took too long to arrive.',
  },
};

/** The client reset the connection, or ended it in the middle of a request. */
const LEFT_BY_CLIENT = new Set(['ECONNRESET', 'HPE_INVALID_EOF_STATE']);

/** Answers input that is not HTTP, which never reaches the handler. null = the client has left. */
function problemOfClientError(error: NodeJS.ErrnoException, socket: Duplex): Problem | null {
  if (LEFT_BY_CLIENT.has(error.code ?? '') || !socket.writable) return null;
  const { code, detail } = CLIENT_ERRORS[error.code ?? ''] ?? {
    code: 'bad_request',
    detail: 'The input is no HTTP/1.1 request.',
  };
  return problemOf(code, detail);
}

/** Writes the problem and closes the connection. */
function answerProblem(socket: Duplex, problem: Problem, headers: readonly string[] = []): void {
  const body = JSON.stringify(problem);
  socket.on('error', () => socket.destroy());
  socket.end(
    [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
      'Connection: close',
      ...headers,
      ...Object.entries(SECURITY_HEADERS).map(([name, value]) => `${name}: ${value}`),
      'Content-Type: application/problem+json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  );
}
