import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { createBoundedServer } from './bounded-server.ts';
import { prepareStop } from './graceful-stop.ts';
import { listen } from './listen.ts';
import { createProfileEndpoint } from './profile-endpoint.ts';

const compress = promisify(gzip);

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
  /** Names that `?require=` takes. Others respond with 400, because a misspelt probe would never fail. */
  requirable: readonly string[];
  /** Token that callers need to take profiles; empty or absent = no profiles. */
  profilingToken?: string;
}

export interface MetricsServer {
  readonly port: number;
  close(): Promise<void>;
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
    answer(url, request.headers, response).catch(fail);
  });

  async function answer(url: URL, headers: IncomingHttpHeaders, response: ServerResponse) {
    switch (url.pathname) {
      case '/metrics': {
        const { contentType, body } = await deps.scrape(headers.accept);
        const isZipped = /\bgzip\b/.test(String(headers['accept-encoding']));
        // In a thread of libuv.
        const sent = isZipped ? await compress(body, { level: 1 }) : body;
        response
          .writeHead(200, {
            'content-type': contentType,
            ...(isZipped && { 'content-encoding': 'gzip' }),
          })
          .end(sent);
        return;
      }
      case '/health':
        return sendJson(response, 200, deps.health());
      case '/ready': {
        const required = url.searchParams.get('require');
        if (required !== null && !deps.requirable.includes(required)) {
          const known = deps.requirable.join(', ');
          return sendText(response, 400, `Unknown name in ?require=. Use one of: ${known}.`);
        }
        const { ok, body } = await deps.ready(required);
        return sendJson(response, ok ? 200 : 503, body);
      }
      default:
        return sendText(response, 404, 'Not found. This port serves /metrics, /health and /ready.');
    }
  }

  const stop = prepareStop(server);
  const port = await listen(server, { ...deps, setting: 'METRICS_PORT' });
  return { port, close: () => stop.close(0) };
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
