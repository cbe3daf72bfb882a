import { type RequestListener, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { createBoundedServer, DEFAULT_LIMITS, type ServerLimits } from '@aio/http/bounded-server';
import { type GracefulStop, prepareStop } from '@aio/http/graceful-stop';
import { listen } from '@aio/http/listen';
import { SECURITY_HEADERS } from './middleware/set-security-headers.ts';
import { problemOf, type Problem, type ProblemCode } from './http/problems.ts';

/** Koa, the compression and our middleware listen to one response. Node.js warns of a leak above ten listeners. */
const MOST_LISTENERS = 20;

export interface ApiServer extends Pick<GracefulStop, 'retire' | 'close'> {
  readonly port: number;
}

/**
 * @param options.onRefused called with the problem that the server answers to input that is not HTTP
 * @param options.onDropped called for each connection that the server closed because it had too many
 * @param options.limits override `DEFAULT_LIMITS`
 * @throws ListenError
 */
export async function startServer(
  handler: RequestListener,
  options: {
    host: string;
    port: number;
    onRefused?: (problem: Problem) => void;
    onDropped?: () => void;
    limits?: Partial<ServerLimits>;
  },
): Promise<ApiServer> {
  const { host, port, limits, onRefused = () => undefined, onDropped = () => undefined } = options;
  const listener: RequestListener = (request, response) => {
    response.setMaxListeners(MOST_LISTENERS);
    handler(request, response);
  };
  const server = createBoundedServer(listener, {
    answerBroken(error, socket) {
      const problem = problemOfClientError(error, socket);
      if (problem === null) return void socket.destroy();
      onRefused(problem);
      answerProblem(socket, problem);
    },
    limits,
  });
  server.on('drop', onDropped);
  server.on('connect', (_, socket) => {
    const problem = problemOf('method_not_allowed', 'CONNECT is for proxies. AIO is no proxy.');
    onRefused(problem);
    answerProblem(socket, problem, ['Allow: GET, HEAD, OPTIONS, POST, PUT, DELETE']);
  });

  const { retire, close } = prepareStop(server);
  return { port: await listen(server, { host, port, setting: 'PORT' }), retire, close };
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
