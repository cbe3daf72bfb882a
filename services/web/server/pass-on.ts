import type { IncomingMessage, ServerResponse } from 'node:http';
import type { H3Event } from 'h3';
import { createError, proxyRequest, sendRedirect, setResponseHeader, setResponseStatus } from 'h3';
import { failureAddress } from './login-failure';
import { hostnameOf, isLoopbackName } from './loopback';

/**
 * Hands a request on to the API as it is. Redirects are handed to the browser, for a login
 * must see them, and the request to the API ends when the browser leaves, or event streams would
 * pile up.
 */
export async function passOn(event: H3Event, apiBase: string): Promise<unknown> {
  refuseForeignHost(event.node.req.socket.localAddress ?? '', event.node.req.headers.host);
  dropAnonymousTrace(event.node.req);
  const browserLeft = new AbortController();
  event.node.res.once('close', () => browserLeft.abort());
  const target = new URL(event.path, apiBase);
  try {
    await proxyRequest(event, target.href, {
      headers: {
        'x-forwarded-for': forwardedFor(event.node.req),
        // This server compresses for the browser.
        'accept-encoding': 'identity',
      },
      streamRequest: true,
      fetchOptions: { redirect: 'manual', signal: browserLeft.signal },
      onResponse(_, response) {
        describeConnection(event.node.res);
        return showFailedLogin(event, response);
      },
    });
    // What it returns is not to be sent: where the answer is compressed, that is the compressor.
    return undefined;
  } catch {
    if (browserLeft.signal.aborted) return undefined;
    if (event.node.res.headersSent) {
      // Broken off in the middle: the browser must see that, or it waits for ever.
      event.node.res.destroy();
      return undefined;
    }
    const page = failureAddress(requestOf(event), 'unavailable');
    if (page !== null) return sendRedirect(event, page);
    setResponseStatus(event, 502);
    setResponseHeader(event, 'content-type', 'application/problem+json');
    return {
      type: 'about:blank',
      title: 'The API does not answer',
      status: 502,
      code: 'api_away',
    };
  }
}

/**
 * How the API keeps its connections says nothing of those to browsers. Without the header, Node.js would not say that
 * an answer is the last of its connection, and the client would send the next request to a connection that closes.
 */
function describeConnection(response: ServerResponse): void {
  response.removeHeader('keep-alive');
  response.setHeader('connection', response.shouldKeepAlive ? 'keep-alive' : 'close');
}

/** A login that came to nothing gets a page instead of the API's problem. */
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

/** Who asks: the API counts requests by it, and believes this server as far as it is told to. */
function forwardedFor({ headers, socket }: IncomingMessage): string {
  return [headers['x-forwarded-for'], socket.remoteAddress].flat().filter(Boolean).join(', ');
}

/** The API believes this server: an anonymous browser must not name traces, or decide which are kept, by way of it. */
function dropAnonymousTrace({ headers }: IncomingMessage): void {
  if (headers.cookie || headers.authorization) return;
  delete headers['traceparent'];
  delete headers['tracestate'];
}

/** Pages whose own name was pointed at this machine reach nothing of it, not even what is open to all. */
function refuseForeignHost(localAddress: string, hostHeader: string | undefined): void {
  if (isLoopbackName(localAddress) && !isLoopbackName(hostnameOf(hostHeader))) {
    throw createError({ statusCode: 403, statusMessage: 'The Host must name this machine' });
  }
}
