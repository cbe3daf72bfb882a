import {
  createServer,
  STATUS_CODES,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { AioError } from '@aio/core/errors';
import { SECURITY_HEADERS } from './middleware/set-security-headers.ts';
import { problemOf, type Problem, type ProblemCode } from './http/problems.ts';

export interface ApiServer {
  readonly port: number;
  /** Stops accepting, lets requests in flight finish for `graceMs`, then cuts what is left. */
  close(graceMs: number): Promise<void>;
}

const MAX_HEADER_BYTES = 16 * 1024;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** A connection on which nothing moves, also one whose client does not read its event stream. */
const IDLE_TIMEOUT_MS = 60_000;
/**
 * A connection that waits for its next request. Longer than proxies and load balancers keep theirs, 60 s mostly:
 * whoever closes first may do so at the moment in which the other sends, and a POST that is cut off like that is
 * nobody's to repeat.
 */
const KEEP_ALIVE_MS = 65_000;

/** @throws AioError `listen_failed`, its message a line for the operator */
export async function listen(
  handler: RequestListener,
  { host, port }: { host: string; port: number },
): Promise<ApiServer> {
  // A request without a Host is refused by the API's own guard, with a body that says so.
  const options = { maxHeaderSize: MAX_HEADER_BYTES, requireHostHeader: false };
  const server = createServer(options);
  const answers = trackAnswers(server);
  server.on('request', handler);
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.timeout = IDLE_TIMEOUT_MS;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.on('clientError', answerClientError);
  server.on('checkExpectation', (request: IncomingMessage) => {
    const detail = 'The only expectation that is met is 100-continue.';
    answerProblem(request.socket, problemOf('expectation_failed', detail));
  });
  server.on('connect', (_, socket) => {
    const problem = problemOf('method_not_allowed', 'CONNECT is for proxies, which this is not.');
    answerProblem(socket, problem, ['Allow: GET, HEAD, OPTIONS, POST']);
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, host, port)));
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close(graceMs) {
      answers.makeLast();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const cut = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(cut);
    },
  };
}

/** Node closes the connections that are idle at a stop, and waits for those that become so later. */
function trackAnswers(server: Server): { makeLast(): void } {
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
  return {
    makeLast() {
      isStopping = true;
      for (const response of underWay) response.shouldKeepAlive = false;
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
    detail: `The headers are larger than ${MAX_HEADER_BYTES} bytes.`,
  },
  ERR_HTTP_REQUEST_TIMEOUT: { code: 'request_timeout', detail: 'The request took too long.' },
};

/** Reset, or ended in the middle of a request: an answer would come after one that was given already. */
const LEFT_BY_CLIENT = new Set(['ECONNRESET', 'HPE_INVALID_EOF_STATE']);

/** What is not HTTP never becomes a request, so it is answered here. */
function answerClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (LEFT_BY_CLIENT.has(error.code ?? '') || !socket.writable) {
    socket.destroy();
    return;
  }
  const { code, detail } = CLIENT_ERRORS[error.code ?? ''] ?? {
    code: 'bad_request',
    detail: 'This is not a request in HTTP/1.1.',
  };
  answerProblem(socket, problemOf(code, detail));
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
