/** The parts of a browser that a login needs: cookies, redirects, forms. */
export interface Browser {
  /** Gets a page, and follows redirects. */
  visit(url: string): Promise<Page>;
  /** Sends one request with cookies. Follows no redirect. */
  request(url: string, init?: RequestInit): Promise<Response>;
  /** Submits the page's first form with its hidden fields, and follows redirects. */
  submit(page: Page, fields: Record<string, string>): Promise<Page>;
  /** Cookies for this address, by name. */
  cookiesFor(url: string): Map<string, string>;
  setCookie(url: string, name: string, value: string): void;
}

export interface Page {
  url: string;
  status: number;
  headers: Headers;
  text: string;
}

interface Cookie {
  name: string;
  value: string;
  /** Without the port, as in browsers. */
  host: string;
  path: string;
  secure: boolean;
}

const MOST_REDIRECTS = 20;

/**
 * @param places origins, and the origins that get their requests instead, as behind a proxy
 */
export function createBrowser(
  places: Readonly<Record<string, string>> = {},
  fetch: typeof globalThis.fetch = globalThis.fetch,
): Browser {
  const jar = new Map<string, Cookie>();

  function cookiesFor(url: string): Map<string, string> {
    const { hostname, pathname, protocol } = new URL(url);
    // Browsers accept Secure cookies from this machine without HTTPS.
    const isSecure = protocol === 'https:' || /^(localhost|127(\.\d+){3})$/.test(hostname);
    const sent = [...jar.values()].filter(
      ({ host, path, secure }) =>
        host === hostname && pathname.startsWith(path) && (!secure || isSecure),
    );
    return new Map(sent.map(({ name, value }) => [name, value]));
  }

  function keep(cookie: Cookie, isGone: boolean): void {
    const key = `${cookie.host} ${cookie.path} ${cookie.name}`;
    if (isGone) jar.delete(key);
    else jar.set(key, cookie);
  }

  async function request(url: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    const cookies = [...cookiesFor(url)].map(([name, value]) => `${name}=${value}`);
    if (cookies.length > 0) headers.set('cookie', cookies.join('; '));
    const { origin } = new URL(url);
    const place = (places[origin] ?? origin) + url.slice(origin.length);
    const response = await fetch(place, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const { cookie, isGone } = parseCookie(line, url);
      keep(cookie, isGone);
    }
    return response;
  }

  async function follow(url: string, init?: RequestInit): Promise<Page> {
    let response = await request(url, init);
    let at = url;
    for (let hops = 0; hops < MOST_REDIRECTS; hops++) {
      const location = response.headers.get('location');
      if (location === null || response.status < 300 || response.status > 399) {
        const { status, headers } = response;
        return { url: at, status, headers, text: await response.text() };
      }
      await response.body?.cancel();
      at = new URL(location, at).href;
      response = await request(at);
    }
    throw new Error(`more than ${MOST_REDIRECTS} redirects, the last to ${at}`);
  }

  return {
    visit: (url) => follow(url),
    request,
    submit(page, fields) {
      const { action, hidden } = findForm(page);
      const body = new URLSearchParams({ ...hidden, ...fields });
      return follow(action, {
        method: 'POST',
        body,
        headers: { origin: new URL(page.url).origin },
      });
    },
    cookiesFor,
    setCookie: (url, name, value) =>
      keep({ name, value, host: new URL(url).hostname, path: '/', secure: false }, false),
  };
}

/** Logs in on the login page of Keycloak or of the embedded provider. */
export function logInAs(browser: Browser, page: Page, who: { username: string; password: string }) {
  if (!/name="password"/.test(page.text))
    throw new Error(`no login page at ${page.url}: ${page.text.slice(0, 300)}`);
  return browser.submit(page, { ...who });
}

function parseCookie(line: string, url: string): { cookie: Cookie; isGone: boolean } {
  const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
  const at = new Map(
    attributes.map((part) => {
      const [name = '', value = ''] = part.split('=');
      return [name.toLowerCase(), value];
    }),
  );
  const equals = pair.indexOf('=');
  const expires = at.get('expires');
  const isGone =
    at.get('max-age') === '0' || (expires !== undefined && new Date(expires).getTime() === 0);
  const cookie = {
    name: pair.slice(0, equals),
    value: pair.slice(equals + 1),
    host: new URL(url).hostname,
    path: at.get('path') ?? '/',
    secure: at.has('secure'),
  };
  return { cookie, isGone };
}

function findForm({ text, url }: Page): { action: string; hidden: Record<string, string> } {
  const form = /<form\b[^>]*>[^]*?<\/form>/i.exec(text)?.[0];
  if (form === undefined) throw new Error(`no form at ${url}: ${text.slice(0, 500)}`);
  const inputs = [...form.matchAll(/<input\b[^>]*>/gi)].map(([input]) => input);
  const hidden = inputs.filter((input) => attributeOf(input, 'type') === 'hidden');
  return {
    action: new URL(attributeOf(form, 'action') ?? '', url).href,
    hidden: Object.fromEntries(
      hidden.map((input) => [attributeOf(input, 'name') ?? '', attributeOf(input, 'value') ?? '']),
    ),
  };
}

function attributeOf(tag: string, name: string): string | undefined {
  return new RegExp(`\\b${name}="([^"]*)"`, 'i').exec(tag)?.[1]?.replaceAll('&amp;', '&');
}
