import { type Browser, createBrowser } from '@aio/identity/testing/browser';
import { CHAIN } from './definitions.ts';
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
export function send(
  browser: Browser,
  method: string,
  path: string,
  body?: object,
): Promise<Response> {
  return browser.request(`${PUBLIC_URL}${path}`, {
    method,
    headers: {
      'aio-csrf': '1',
      origin: PUBLIC_URL,
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
}

/** Starts a run of the logged-in person. @returns the path of its event stream */
export async function startRun(browser: Browser): Promise<string> {
  await send(browser, 'POST', '/api/v1/workflows', CHAIN);
  const answer = await send(browser, 'POST', '/api/v1/workflows/chain/runs', { input: { n: 1 } });
  const { id } = (await answer.json()) as { id: string };
  return `/api/v1/runs/${id}/events`;
}
