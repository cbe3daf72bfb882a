import type { EvaluatedWith } from '@aio/core/definition/schema';
import { NO_SECRETS, type Redactor } from '@aio/core/text/redact';
import { StepError } from './step-kind.ts';

/** What goes over the wire, but for the headers of the trace. */
export interface HttpRequest {
  url: URL;
  method: string;
  /** Lower-case names. */
  headers: Record<string, string>;
  body: string | null;
}

/** Headers that hold no secret and may follow a redirect to another origin. */
const PUBLIC_HEADERS = ['accept', 'accept-language', 'content-type', 'idempotency-key'];

/** The request that a step asks for. Throws StepError `bad_url`. */
export function buildRequest(step: EvaluatedWith<'http'>, idempotencyKey: string): HttpRequest {
  const url = checkUrl(step.url);
  for (const [name, value] of Object.entries(step.query ?? {}))
    url.searchParams.append(name, String(value));

  const headers: Record<string, string> = { 'idempotency-key': idempotencyKey };
  const { body } = step;
  if (body !== undefined && typeof body !== 'string') headers['content-type'] = 'application/json';
  for (const [name, value] of Object.entries(step.headers ?? {}))
    headers[name.toLowerCase()] = value;

  return {
    url,
    method: step.method ?? 'GET',
    headers,
    body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
  };
}

/**
 * The request that follows a redirect, as browsers do it: 303, and 301 or 302 after a POST, become a
 * GET. Another origin gets only the public headers, and no body: either may hold secrets.
 */
export function followRedirect(
  request: HttpRequest,
  status: number,
  location: string,
  redactor: Redactor,
): HttpRequest {
  const url = checkUrl(location, request.url, redactor);
  const asGet =
    (status === 303 && request.method !== 'HEAD') ||
    ((status === 301 || status === 302) && request.method === 'POST');
  const body = asGet ? null : request.body;
  if (url.origin === request.url.origin)
    return { ...request, url, body, method: asGet ? 'GET' : request.method };

  if (body !== null)
    throw new StepError('http_redirect', `${status} would send the body on to ${url.origin}.`, {
      retryable: false,
      details: { status },
    });
  const headers = Object.fromEntries(
    Object.entries(request.headers).filter(([name]) => PUBLIC_HEADERS.includes(name)),
  );
  return { url, method: asGet ? 'GET' : request.method, headers, body };
}

/** Every address that is asked, redirects too, passes here first. */
function checkUrl(address: string, base?: URL, redactor: Redactor = NO_SECRETS): URL {
  const url = URL.canParse(address, base?.href) ? new URL(address, base) : null;
  const fault =
    url === null
      ? 'is not a URL'
      : url.protocol !== 'http:' && url.protocol !== 'https:'
        ? `has the scheme ${url.protocol}, not http or https`
        : url.username !== '' || url.password !== ''
          ? 'holds credentials; put them in a header'
          : null;
  if (url !== null && fault === null) return url;
  const shown = url === null ? redactor.text(address).slice(0, 200) : url.origin + url.pathname;
  throw new StepError('bad_url', `${shown} ${fault}.`, { retryable: false });
}
