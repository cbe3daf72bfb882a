import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type H3Event,
  createError,
  proxyRequest,
  sendRedirect,
  setResponseHeader,
  setResponseStatus,
} from 'h3';
import { isLoopbackHost, isLoopbackName } from '@aio/http/loopback';
import { failureAddress } from './request-checks';

/** Methods that `fetch` refuses to send. */
const UNSENDABLE = new Set(['CONNECT', 'TRACE', 'TRACK']);

/**
 * Forwards a request to the API. The browser follows redirects itself, because a login needs them. When the browser
 * disconnects, the request to the API ends too; otherwise event streams would pile up.
 */
export async function passOn(event: H3Event, apiBase: string): Promise<unknown> {
  refuseForeignHost(event.node.req.socket.localAddress ?? '', event.node.req.headers.host);
  if (UNSENDABLE.has(event.method)) return refuseMethod(event);
  dropAnonymousTrace(event.node.req);
  const browserLeft = new AbortController();
  event.node.res.once('close', () => browserLeft.abort());
  const target = new URL(event.path, apiBase);
  try {
    await proxyRequest(event, target.href, {
      headers: {
        'x-forwarded-for': forwardedFor(event.node.req),
        // This server compresses the answer.
        'accept-encoding': 'identity',
      },
      streamRequest: true,
      fetchOptions: { redirect: 'manual', signal: browserLeft.signal },
      onResponse(_, response) {
        describeConnection(event.node.res);
        return showFailedLogin(event, response);
      },
    });
    // proxyRequest returns the response or its compressor; h3 must not send it again.
    return undefined;
  } catch {
    if (browserLeft.signal.aborted) return undefined;
    if (event.node.res.headersSent) {
      // The API broke off in the middle. Without this, the browser waits forever.
      event.node.res.destroy();
      return undefined;
    }
    const page = failureAddress(requestOf(event), 'unavailable');
    if (page !== null) return sendRedirect(event, page);
    return answerProblem(event, 502, 'The API does not answer', 'api_away');
  }
}

/** `Allow` names all methods of the API, because this server does not know those of a path. */
function refuseMethod(event: H3Event) {
  setResponseHeader(event, 'allow', 'GET, HEAD, POST, PUT, DELETE, OPTIONS');
  return answerProblem(event, 405, 'This path does not support the method', 'method_not_allowed');
}

function answerProblem(event: H3Event, status: number, title: string, code: string) {
  setResponseStatus(event, status);
  setResponseHeader(event, 'content-type', 'application/problem+json');
  return { type: 'about:blank', title, status, code };
}

/**
 * Replaces the API's connection headers with this server's. Without `connection: close`, a client would send its next
 * request on a connection that closes.
 */
function describeConnection(response: ServerResponse): void {
  response.removeHeader('keep-alive');
  response.setHeader('connection', response.shouldKeepAlive ? 'keep-alive' : 'close');
}

/** Redirects a failed login to a page that explains it. */
async function showFailedLogin(event: H3Event, response: Response): Promise<void> {
  if (response.status < 400 || failureAddress(requestOf(event), '') === null) return;
  const problem = (await response.json().catch(() => ({}))) as { code?: string };
  const page = failureAddress(requestOf(event), problem.code ?? 'unknown');
  event.node.res.statusMessage = '';
  await sendRedirect(event, page ?? '/login');
}

function requestOf(event: H3Event): { method: string; accept: string; path: string } {
  const { method = 'GET', headers } = event.node.req;
  return { method, accept: headers.accept ?? '', path: event.path };
}

/** Client addresses for the API's rate limits. */
function forwardedFor({ headers, socket }: IncomingMessage): string {
  return [headers['x-forwarded-for'], socket.remoteAddress].flat().filter(Boolean).join(', ');
}

/** Anonymous clients must not choose trace ids or sampling, because the API trusts this server. */
function dropAnonymousTrace({ headers }: IncomingMessage): void {
  if (headers.cookie || headers.authorization) return;
  delete headers['traceparent'];
  delete headers['tracestate'];
}

/** Stops DNS rebinding: a foreign page whose name resolves to loopback gets 403. */
function refuseForeignHost(localAddress: string, hostHeader: string | undefined): void {
  if (isLoopbackName(localAddress) && !isLoopbackHost(hostHeader)) {
    throw createError({ statusCode: 403, statusMessage: 'The Host must name this machine' });
  }
}
