import { type Browser, createBrowser, logInAs } from '@aio/identity/testing/browser';
import { USERS } from '@aio/identity/testing/users';
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
