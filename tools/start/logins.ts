import { createBrowser, logInAs } from '@aio/identity/testing/browser';
import { USERS } from '@aio/identity/testing/users';
import { StackError } from '../stack-error.ts';

export const BUILDER = USERS.builder;

/** Users of `realm.json` to log in with, unless you have your own Keycloak. */
const LOGINS = [
  [USERS.admin, 'sees and does everything'],
  [BUILDER, 'creates and runs their own workflows'],
] as const;

/** Lines to print. @param links each logs in once: the admin, then the builder */
export function listLogins(links: readonly string[]): string[] {
  return [
    '',
    'Logins:',
    ...LOGINS.map(
      ([{ username, password }, what]) =>
        `  ${username.padEnd(20)}  ${password.padEnd(10)}  ${what}`,
    ),
    ...links.flatMap((link, index) => [
      '',
      `Without a password, once, as ${LOGINS[index]![0].username}:`,
      `  ${link}`,
    ]),
  ];
}

/**
 * Logs a person in as a browser does.
 * @param place `origin`: where browsers reach AIO; `apiUrl`: where this process reaches the API
 * @returns a `fetch` for addresses of `origin` that sends the session with each request
 * @throws StackError if the login fails
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
