import { type Browser, createBrowser } from '@aio/identity/testing/browser';
import type { TestApi } from './start-test-api.ts';

/** Where browsers think AIO is. */
export const PUBLIC_URL = 'http://localhost:3000';
export const SESSION_COOKIE = 'aio_session';

/** A browser for which the API is at the public address, as behind the web UI's server. */
export function openBrowserAt(api: TestApi): Browser {
  return createBrowser({ [PUBLIC_URL]: api.url });
}

export function sessionOf(browser: Browser): string | undefined {
  return browser.cookiesFor(PUBLIC_URL).get(SESSION_COOKIE);
}

/** A request as one of AIO's own pages sends it. */
export function send(browser: Browser, method: string, path: string): Promise<Response> {
  return browser.request(`${PUBLIC_URL}${path}`, {
    method,
    headers: { 'aio-csrf': '1', origin: PUBLIC_URL },
  });
}
