import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createBoundedServer } from './bounded-server.ts';
import { createProfileEndpoint } from './profile-endpoint.ts';

export interface MetricsServerDeps {
  host: string;
  /** 0 = any free port. */
  port: number;
  scrape(accept?: string): Promise<{ contentType: string; body: string }>;
  /** Liveness: answers at once, without checking dependencies. */
  health(): unknown;
  /**
   * Readiness. `required` = the only dependency that counts (`?require=database`); null = all. `ok: false` responds
   * with 503.
   */
  ready(required: string | null): Promise<{ ok: boolean; body: unknown }>;
  /** Token that callers need to take profiles; empty or absent = no profiles. */
  profilingToken?: string;
}

export interface MetricsServer {
  readonly port: number;
  close(): Promise<void>;
}

/** The server could not listen. `code` is Node.js' (`EADDRINUSE`, `EACCES`); the message says what to do. */
export class ListenError extends Error {
  readonly code: string;

  constructor(code: string, message: string, cause: unknown) {
    super(message, { cause });
    this.name = 'ListenError';
    this.code = code;
  }
}

/**
 * Serves `/metrics`, `/health`, `/ready` and, if allowed, profiles of a process on a private port.
 * @throws ListenError
 */
export async function startMetricsServer(deps: MetricsServerDeps): Promise<MetricsServer> {
  const { profilingToken = '' } = deps;
  const profile = profilingToken === '' ? null : createProfileEndpoint(profilingToken);
  const server = createBoundedServer((request, response) => {
    const url = URL.parse(request.url ?? '/', 'http://localhost');
    if (url === null) return sendText(response, 400, 'The request target must be a path.');
    const fail = (error: unknown) =>
      sendText(response, 500, error instanceof Error ? error.message : 'Failed');
    if (profile !== null && url.pathname.startsWith('/profile/'))
      return void profile(url, request, response).catch(fail);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      return sendText(response, 405, 'Use GET or HEAD.');
    }
    answer(url, request.headers.accept, response).catch(fail);
  });

  async function answer(url: URL, accept: string | undefined, response: ServerResponse) {
    switch (url.pathname) {
      case '/metrics': {
        const { contentType, body } = await deps.scrape(accept);
        response.writeHead(200, { 'content-type': contentType }).end(body);
        return;
      }
      case '/health':
        return sendJson(response, 200, deps.health());
      case '/ready': {
        const { ok, body } = await deps.ready(url.searchParams.get('require'));
        return sendJson(response, ok ? 200 : 503, body);
      }
      default:
        return sendText(response, 404, 'Not found. This port serves /metrics, /health and /ready.');
    }
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, deps)));
    server.listen(deps.port, deps.host, resolve);
  });

  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function explain(error: NodeJS.ErrnoException, { host, port }: MetricsServerDeps): ListenError {
  const reason = error.code === 'EADDRINUSE' ? 'the port is in use' : error.message;
  return new ListenError(
    error.code ?? 'listen_failed',
    `Cannot serve metrics on ${host}:${port}: ${reason}. Set METRICS_PORT to another port.`,
    error,
  );
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
    .end(JSON.stringify(body));
}

function sendText(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}
