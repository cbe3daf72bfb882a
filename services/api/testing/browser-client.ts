import { type Browser, createBrowser } from '@aio/identity/testing/browser';
import type { TestApi } from './start-test-api.ts';

/** Origin of AIO in browsers. */
export const PUBLIC_URL = 'http://localhost:3000';
export const SESSION_COOKIE = 'aio_session';

/** A browser that reaches the API at the public address, as behind the web UI's server. */
export function openBrowserAt(api: TestApi): Browser {
  return createBrowser({ [PUBLIC_URL]: api.url });
}

export function sessionOf(browser: Browser): string | undefined {
  return browser.cookiesFor(PUBLIC_URL).get(SESSION_COOKIE);
}

/** Sends a request as a page of AIO does. */
export function send(browser: Browser, method: string, path: string): Promise<Response> {
  return browser.request(`${PUBLIC_URL}${path}`, {
    method,
    headers: { 'aio-csrf': '1', origin: PUBLIC_URL },
  });
}
