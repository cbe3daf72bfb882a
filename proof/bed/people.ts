import { type Browser, createBrowser, logInAs } from '@aio/identity/testing/browser';
import { USERS } from '@aio/identity/testing/users';
import { type ApiClient, createApiClient } from '@aio/tools/system/client';
import type { System } from '@aio/tools/system/system';

export const BUILDER = USERS.builder;

type Place = Pick<System, 'publicUrl'>;

/**
 * Logs a person in, with a new browser session. The login may be refused.
 * @param fetch sends the requests
 */
export async function logIn(
  { publicUrl }: Place,
  person: { username: string; password: string },
  fetch?: typeof globalThis.fetch,
): Promise<Browser> {
  const browser = createBrowser({}, fetch);
  const page = await browser.visit(`${publicUrl}/auth/login`);
  await logInAs(browser, page, person);
  return browser;
}

/** The API as a person uses it in a browser: what they submit is their own. */
export async function createPersonClient(
  { publicUrl }: Place,
  person: { username: string; password: string },
): Promise<ApiClient> {
  const browser = await logIn({ publicUrl }, person);
  const { origin } = new URL(publicUrl);
  return createApiClient(publicUrl, {
    fetch: (input, init = {}) => {
      const headers = new Headers(init.headers);
      headers.set('origin', origin);
      headers.set('aio-csrf', '1');
      return browser.request(String(input), { ...init, headers });
    },
  });
}
