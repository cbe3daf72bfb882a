/** Where something is asked, and what goes along with each question. */
export interface Endpoint {
  /** Without user and password, so that it can be shown; without a slash at the end. */
  url: string;
  headers: Record<string, string>;
}

/** @param url origin or path; its user and password become basic authentication, since fetch refuses them in a URL */
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
