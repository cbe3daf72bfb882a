import { type Browser, createBrowser, logInAs } from '@aio/identity/testing/browser';
import type { System } from './system.ts';

interface Person {
  username: string;
  password: string;
}

/** Of the realm for development. */
export const BUILDER: Person = { username: 'builder@example.com', password: 'builder123' };

type Place = Pick<System, 'publicUrl'>;

/**
 * Somebody in a browser of their own, logged in or refused.
 * @param fetch sends their requests
 */
export async function logIn(
  { publicUrl }: Place,
  person: Person,
  fetch?: typeof globalThis.fetch,
): Promise<Browser> {
  const browser = createBrowser({}, fetch);
  const page = await browser.visit(`${publicUrl}/auth/login`);
  await logInAs(browser, page, person);
  return browser;
}
