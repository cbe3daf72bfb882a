import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { fillIn } from '../browser/log-in.ts';
import type { Browser } from '../browser/open-browser.ts';
import { PEOPLE } from '../browser/people.ts';
import type { Site } from '../browser/start-site.ts';

const USER = { ...PEOPLE.admin, displayName: 'Ada Admin' };
const SESSION = 'aio_session';

/** Users log in and out with the login service of a site. */
export async function testLoginSessions(
  t: TestContext,
  { site: { url, system }, browser }: { site: Site; browser: Browser },
): Promise<void> {
  const openRuns = (t: TestContext) => browser.openAlone(t, '/runs');
  const account = (page: Page) =>
    page.getByRole('button', { name: `Account of ${USER.displayName}` });
  const loginButton = (page: Page) => page.getByRole('button', { name: 'Log in', exact: true });

  async function logIn(t: TestContext): Promise<Page> {
    const page = await openRuns(t);
    await goToLogin(page);
    await fillIn(page, USER);
    await isIn(page);
    return page;
  }

  async function isIn(page: Page): Promise<void> {
    await page.waitForURL(`${url}/runs`);
    await account(page).waitFor();
  }

  /** Waits until the site shows its login button. */
  async function isAsked(page: Page): Promise<void> {
    await page.waitForURL(`${url}/**`);
    await loginButton(page).waitFor();
  }

  /** Opens the login form. The login service shows it, because this browser has no login there. */
  async function goToLogin(page: Page): Promise<void> {
    await loginButton(page).click();
    await page.waitForURL(`${system.identityUrl}/realms/aio/**`);
    await page.locator('#password').waitFor();
  }

  async function sessionOf(page: Page): Promise<string> {
    const cookies = await page.context().cookies(url);
    return cookies.find(({ name }) => name === SESSION)?.value ?? '';
  }

  /** The API's answer to an old cookie. */
  async function statusOf(session: string): Promise<number> {
    const headers = { cookie: `${SESSION}=${session}` };
    return (await fetch(`${url}/auth/me`, { headers })).status;
  }

  await t.test('a logout ends the session of its browser', async (t) => {
    const page = await logIn(t);
    const session = await sessionOf(page);
    assert.equal(await statusOf(session), 200);
    const another = await logIn(t);

    await account(page).click();
    await page.getByRole('button', { name: 'Log out' }).click();
    await isAsked(page);
    assert.equal(await statusOf(session), 401);
    await another.reload();
    await isIn(another);
  });

  await t.test('after a wrong password, the right one leads to the requested page', async (t) => {
    const page = await openRuns(t);
    await goToLogin(page);
    await fillIn(page, { ...USER, password: 'not-it' });
    await page.getByText('Invalid username or password').waitFor();
    await fillIn(page, USER);
    await isIn(page);
  });
}
