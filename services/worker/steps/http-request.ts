import type { EvaluatedWith } from '@aio/core/definition/schema';
import { escapePointer } from '@aio/core/json/pointer';
import type { Redactor } from '@aio/core/text/redact';
import { StepError } from '@aio/core/run/step-outcome';
import type { StepCall } from './step-kind.ts';

/** A request without its trace headers. */
export interface HttpRequest {
  url: URL;
  method: string;
  /** Lower-case names. */
  headers: Record<string, string>;
  /** Names of headers that contain a secret. */
  secretHeaders: ReadonlySet<string>;
  body: string | null;
}

/** Headers that may follow a redirect to another origin, unless they contain a secret. */
const PUBLIC_HEADERS = ['accept', 'accept-language', 'content-type', 'idempotency-key'];

/** @throws StepError `bad_url` */
export function buildRequest(
  call: Pick<
    StepCall<EvaluatedWith<'http'>>,
    'with' | 'idempotencyKey' | 'redactor' | 'secretPlaces'
  >,
): HttpRequest {
  const { with: step, idempotencyKey, redactor, secretPlaces } = call;
  const url = checkUrl(step.url, redactor);
  for (const [name, value] of Object.entries(step.query ?? {}))
    url.searchParams.append(name, String(value));

  const headers: Record<string, string> = { 'idempotency-key': idempotencyKey };
  const secretHeaders = new Set<string>();
  const { body } = step;
  if (body !== undefined && typeof body !== 'string') headers['content-type'] = 'application/json';
  for (const [name, value] of Object.entries(step.headers ?? {})) {
    headers[name.toLowerCase()] = value;
    // One expression can produce all headers, and a value can contain a secret by chance.
    const places = ['/headers', `/headers/${escapePointer(name)}`];
    if (places.some((place) => secretPlaces.includes(place)) || holdsSecret(value, redactor))
      secretHeaders.add(name.toLowerCase());
  }

  return {
    url,
    method: step.method ?? 'GET',
    headers,
    secretHeaders,
    body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
  };
}

/**
 * Returns the request that follows a redirect, as in browsers: 303, and 301 or 302 after a POST, become a GET. Another
 * origin gets no body, and only public headers without secrets.
 * @throws StepError `bad_url`; `http_redirect` if a body or a secret would go to another origin
 */
export function followRedirect(
  request: HttpRequest,
  status: number,
  location: string,
  redactor: Redactor,
): HttpRequest {
  const url = checkUrl(location, redactor, request.url);
  const asGet =
    (status === 303 && request.method !== 'HEAD') ||
    ((status === 301 || status === 302) && request.method === 'POST');
  const body = asGet ? null : request.body;
  if (url.origin === request.url.origin)
    return { ...request, url, body, method: asGet ? 'GET' : request.method };

  if (holdsSecret(location, redactor) || holdsSecret(url.href, redactor))
    throw refuseRedirect(
      `The server answered ${status} with an address of another origin that contains a secret.`,
      status,
    );
  if (body !== null)
    throw refuseRedirect(
      `The server answered ${status}, which would send the body to ${url.origin}. Call that origin directly.`,
      status,
    );
  const headers = Object.fromEntries(
    Object.entries(request.headers).filter(
      ([name]) => PUBLIC_HEADERS.includes(name) && !request.secretHeaders.has(name),
    ),
  );
  return { ...request, url, method: asGet ? 'GET' : request.method, headers, body };
}

function refuseRedirect(message: string, status: number): StepError {
  return new StepError('http_redirect', message, { retryable: false, details: { status } });
}

function holdsSecret(text: string, redactor: Redactor): boolean {
  return redactor.text(text) !== text;
}

/** Checks every address, also of redirects. */
function checkUrl(address: string, redactor: Redactor, base?: URL): URL {
  const url = URL.canParse(address, base?.href) ? new URL(address, base) : null;
  const fault =
    url === null
      ? 'is not a URL'
      : url.protocol !== 'http:' && url.protocol !== 'https:'
        ? `has the scheme ${url.protocol}; use http or https`
        : url.username !== '' || url.password !== ''
          ? 'contains credentials; put them in a header'
          : null;
  if (url !== null && fault === null) return url;
  throw new StepError('bad_url', `${show(address, url, redactor)} ${fault}.`, { retryable: false });
}

/**
 * The address for an error message. Parsing changes its spelling, so that redaction may not recognize a secret in it.
 */
function show(address: string, url: URL | null, redactor: Redactor): string {
  if (url === null) return redactor.text(address).slice(0, 200);
  return holdsSecret(address, redactor)
    ? 'An address that contains a secret'
    : url.origin + url.pathname;
}
