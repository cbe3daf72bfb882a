import type { IncomingMessage } from 'node:http';
import type { H3Event } from 'h3';
import { proxyRequest, createError, setResponseHeader, setResponseStatus } from 'h3';
import { hostnameOf, isLoopbackName } from './loopback';

/**
 * Hands a request on to the API as it is. Redirects are handed to the browser, for a login
 * must see them, and the request to the API ends when the browser leaves, or event streams would
 * pile up.
 */
export async function passOn(event: H3Event, apiBase: string): Promise<unknown> {
  refuseForeignHost(event.node.req.socket.localAddress ?? '', event.node.req.headers.host);
  const browserLeft = new AbortController();
  event.node.res.once('close', () => browserLeft.abort());
  const target = new URL(event.path, apiBase);
  try {
    return await proxyRequest(event, target.href, {
      headers: { 'x-forwarded-for': forwardedFor(event.node.req) },
      streamRequest: true,
      fetchOptions: { redirect: 'manual', signal: browserLeft.signal },
    });
  } catch {
    if (browserLeft.signal.aborted) return undefined;
    if (event.node.res.headersSent) {
      // Broken off in the middle: the browser must see that, or it waits for ever.
      event.node.res.destroy();
      return undefined;
    }
    setResponseStatus(event, 502);
    setResponseHeader(event, 'content-type', 'application/problem+json');
    return {
      type: 'about:blank',
      title: 'The API does not answer.',
      status: 502,
      code: 'api_away',
    };
  }
}

/** Who asks: the API counts requests by it, and believes this server as far as it is told to. */
function forwardedFor({ headers, socket }: IncomingMessage): string {
  return [headers['x-forwarded-for'], socket.remoteAddress].flat().filter(Boolean).join(', ');
}

/** Pages whose own name was pointed at this machine reach nothing of it, not even what is open to all. */
function refuseForeignHost(localAddress: string, hostHeader: string | undefined): void {
  if (isLoopbackName(localAddress) && !isLoopbackName(hostnameOf(hostHeader))) {
    throw createError({ statusCode: 403, statusMessage: 'The Host must name this machine' });
  }
}
