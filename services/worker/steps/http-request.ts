import type { EvaluatedWith } from '@aio/core/definition/schema';
import { REDACTED, type Redactor } from '@aio/core/text/redact';
import { StepError } from '@aio/core/run/step-outcome';
import type { StepCall } from './step-kind.ts';

/** A request without its trace headers. */
export interface HttpRequest {
  url: URL;
  method: string;
  /** Lower-case names. */
  headers: Record<string, string>;
  body: string | null;
}

const MAX_REDIRECTS = 3;
/** Headers that follow a redirect to another origin. */
const PUBLIC_HEADERS = ['accept', 'accept-language', 'user-agent'];

type Call = StepCall<EvaluatedWith<'http'>>;

/** @throws StepError `bad_url` */
export function buildRequest(call: Call): HttpRequest {
  const { with: step, idempotencyKey, redactor } = call;
  const url = checkUrl(step.url, redactor);
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
 * Returns the request that follows a redirect. Another origin gets only public headers.
 * @param followed how many redirects the step has followed
 * @throws StepError `bad_url`; `http_redirect` if the step has a secret, a body or another method than GET and HEAD
 */
export function followRedirect(
  call: Call,
  request: HttpRequest,
  { status, location, followed }: { status: number; location: string; followed: number },
): HttpRequest {
  const url = checkUrl(location, call.redactor, request.url);
  const reads = (request.method === 'GET' || request.method === 'HEAD') && request.body === null;
  if (!reads || call.usesSecrets || followed === MAX_REDIRECTS)
    throw new StepError(
      'http_redirect',
      `The server answered ${status}, a redirect to ${show(location, url, call.redactor)}. ` +
        (followed === MAX_REDIRECTS
          ? `A step follows at most ${MAX_REDIRECTS} redirects.`
          : 'Only GET and HEAD without a body and secrets follow redirects. Call the new address.'),
      { retryable: false, details: { status } },
    );
  if (url.origin === request.url.origin) return { ...request, url };
  const headers = Object.entries(request.headers).filter(([name]) => PUBLIC_HEADERS.includes(name));
  return { ...request, url, headers: Object.fromEntries(headers) };
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

/** The address for an error message. Parsing changes its spelling, so redaction may miss a secret in the parsed URL. */
function show(address: string, url: URL | null, redactor: Redactor): string {
  const redacted = redactor.text(address);
  if (url === null) return redacted.slice(0, 200);
  return redacted === address ? url.origin + url.pathname : REDACTED;
}
