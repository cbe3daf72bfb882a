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

/** On the end of one answer: Koa, the compression and each layer of ours have some. Node.js warns of a leak from eleven on. */
const MOST_LISTENERS = 20;

export interface ApiServer {
  readonly port: number;
  /** From now on each answer is the last of its connection, so that clients go elsewhere before the end. */
  retire(): void;
  /** Stops accepting, lets requests in flight finish for `graceMs`, then cuts what is left. */
  close(graceMs: number): Promise<void>;
}

/**
 * @param options.onRefused called with the answer to what is no request and does not reach the handler
 * @param options.limits those that differ from `DEFAULT_LIMITS`
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
    const problem = problemOf('method_not_allowed', 'CONNECT is for proxies, which this is not.');
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

/** Node closes the connections that are idle at a stop, and waits for those that become so later. */
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
        // One whose headers were sent before the stop has not said that it is the last.
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
    `The API cannot listen on ${host}:${port}: ${reason}. PORT chooses another port.`,
    { cause: error },
  );
}

const CLIENT_ERRORS: Record<string, { code: ProblemCode; detail: string }> = {
  HPE_HEADER_OVERFLOW: {
    code: 'headers_too_large',
    detail: `The headers are larger than ${DEFAULT_LIMITS.maxHeaderBytes} bytes.`,
  },
  ERR_HTTP_REQUEST_TIMEOUT: { code: 'request_timeout', detail: 'The request took too long.' },
};

/** Reset, or ended in the middle of a request: an answer would come after one that was given already. */
const LEFT_BY_CLIENT = new Set(['ECONNRESET', 'HPE_INVALID_EOF_STATE']);

/** What is not HTTP never becomes a request, so it is answered here. null = nobody waits for an answer. */
function problemOfClientError(error: NodeJS.ErrnoException, socket: Duplex): Problem | null {
  if (LEFT_BY_CLIENT.has(error.code ?? '') || !socket.writable) return null;
  const { code, detail } = CLIENT_ERRORS[error.code ?? ''] ?? {
    code: 'bad_request',
    detail: 'This is not a request in HTTP/1.1.',
  };
  return problemOf(code, detail);
}

/** To a connection that goes no further. */
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
