/** A server, and the headers of each request to it. */
export interface Endpoint {
  /** Without user and password, so that it can be shown, and without a trailing slash. */
  url: string;
  headers: Record<string, string>;
}

/** @param url may contain user and password; they become basic authentication, because fetch refuses them in a URL */
export function endpointOf(url: string): Endpoint {
  const parsed = new URL(url);
  const { username, password } = parsed;
  parsed.username = '';
  parsed.password = '';
  const known = [username, password].map(decodeURIComponent).join(':');
  return {
    url: parsed.href.replace(/\/+$/, ''),
    headers:
      username === '' ? {} : { authorization: `Basic ${Buffer.from(known).toString('base64')}` },
  };
}
