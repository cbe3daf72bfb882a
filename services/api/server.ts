import { createServer, STATUS_CODES, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { AioError } from '@aio/core/errors';
import { problemOf, type ProblemCode } from './http/problems.ts';

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

/** @throws AioError `listen_failed`, its message a line for the operator */
export async function listen(
  handler: RequestListener,
  { host, port }: { host: string; port: number },
): Promise<ApiServer> {
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, handler);
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.timeout = IDLE_TIMEOUT_MS;
  server.on('clientError', answerClientError);

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, host, port)));
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close(graceMs) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const cut = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(cut);
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

/** What is not HTTP never becomes a request, so it is answered here. */
function answerClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { code, detail } = CLIENT_ERRORS[error.code ?? ''] ?? {
    code: 'bad_request',
    detail: 'This is not a request in HTTP/1.1.',
  };
  const problem = problemOf(code, detail);
  const body = JSON.stringify(problem);
  socket.end(
    [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
      'Connection: close',
      'Content-Type: application/problem+json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  );
}
