import { createBrowser, logInAs } from '@aio/identity/testing/browser';
import { StackError } from '../stack-error.ts';

/**
 * The same as the global `fetch`, for a person: logs them in at the login service as a browser does, and
 * sends their session along with each request.
 * @param place `origin` is where browsers find AIO, `apiUrl` where this process finds its API
 * @returns takes addresses of `origin`
 * @throws StackError when they are refused
 */
export async function fetchAsPerson(
  place: { origin: string; apiUrl: string },
  person: { username: string; password: string },
): Promise<typeof fetch> {
  const { origin, apiUrl } = place;
  const browser = createBrowser({ [origin]: apiUrl });
  await logInAs(browser, await browser.visit(`${origin}/auth/login`), person);
  const me = await browser.request(`${origin}/auth/me`);
  if (!me.ok)
    throw new StackError(`${person.username} cannot log in: /auth/me answered ${me.status}`);
  return async (input, init = {}) => {
    const headers = new Headers(init.headers);
    headers.set('aio-csrf', '1');
    headers.set('origin', origin);
    return browser.request(String(input), { ...init, headers });
  };
}
