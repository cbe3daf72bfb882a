import type { Attributes } from '@opentelemetry/api';
import { ATTRIBUTES } from '@aio/catalog/attributes';
import { pathOf, type RequestContext } from '../http/request-state.ts';

/** `host:port` of a Host header, also where the host is an IPv6 address in brackets. */
const HOST = /^(?:\[([\da-f:.]+)\]|([^:]+))(?::(\d+))?$/i;

/**
 * First attributes of the server span, without the URL's query.
 * @param method as a label
 */
export function describeRequest(ctx: RequestContext, method: string): Attributes {
  const { headers, state } = ctx;
  // Only a trusted proxy can say so: it terminates TLS.
  const isSecure = state.isForwarded === true && headers['x-forwarded-proto'] === 'https';
  return {
    [ATTRIBUTES.httpRequestMethod]: method,
    [ATTRIBUTES.urlPath]: pathOf(ctx),
    [ATTRIBUTES.urlScheme]: isSecure ? 'https' : 'http',
    [ATTRIBUTES.clientAddress]: state.address,
    [ATTRIBUTES.userAgentOriginal]: headers['user-agent'],
    [ATTRIBUTES.networkProtocolVersion]: ctx.req.httpVersion,
    ...describeHost(headers.host ?? '', isSecure ? 443 : 80),
  };
}

function describeHost(header: string, defaultPort: number): Attributes {
  const [matched, bracketed, host = bracketed, port] = HOST.exec(header) ?? [];
  if (matched === undefined) return {};
  return {
    [ATTRIBUTES.serverAddress]: host,
    [ATTRIBUTES.serverPort]: port === undefined ? defaultPort : Number(port),
  };
}
