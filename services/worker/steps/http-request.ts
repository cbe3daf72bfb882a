import type { EvaluatedWith } from '@aio/core/definition/schema';
import { escapePointer } from '@aio/core/json/pointer';
import type { Redactor } from '@aio/core/text/redact';
import { StepError } from '@aio/core/run/step-outcome';
import type { StepCall } from './step-kind.ts';

/** What goes over the wire, but for the headers of the trace. */
export interface HttpRequest {
  url: URL;
  method: string;
  /** Lower-case names. */
  headers: Record<string, string>;
  /** Names of the headers that a secret went into. */
  secretHeaders: ReadonlySet<string>;
  body: string | null;
}

/** Headers that may follow a redirect to another origin, unless a secret went into them. */
const PUBLIC_HEADERS = ['accept', 'accept-language', 'content-type', 'idempotency-key'];

/** The request that a step asks for. Throws StepError `bad_url`. */
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
    // An expression may make all of them, or a value be a secret by chance.
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
 * The request that follows a redirect, as browsers do it: 303, and 301 or 302 after a POST, become a
 * GET. No secret goes to another origin: it gets only the public headers that none went into, and no body,
 * and no address with a secret in it is followed there.
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

/** Every address that is asked, redirects too, passes here first. */
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
 * What may be said of an address: the parser writes it otherwise, after which a secret in it may not be
 * recognized any more.
 */
function show(address: string, url: URL | null, redactor: Redactor): string {
  if (url === null) return redactor.text(address).slice(0, 200);
  return holdsSecret(address, redactor)
    ? 'An address that contains a secret'
    : url.origin + url.pathname;
}
