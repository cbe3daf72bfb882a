import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { waitUntil } from '@aio/platform/testing/wait-until';
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

  /** Opens the site in another browser that has the same login at the provider. */
  async function openLike(t: TestContext, page: Page): Promise<Page> {
    const cookies = (await page.context().cookies()).filter(({ name }) => name !== SESSION);
    const other = await openRuns(t);
    await other.context().addCookies(cookies);
    return other;
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

  await t.test('a logout ends all sessions of the login', async (t) => {
    const first = await logIn(t);
    const second = await openLike(t, first);
    await loginButton(second).click();
    await isIn(second);
    const another = await logIn(t);
    const sessions = [await sessionOf(first), await sessionOf(second)];
    assert.equal(new Set(sessions).size, 2, 'each browser has its own session');
    for (const session of sessions) assert.equal(await statusOf(session), 200);

    await account(first).click();
    await first.getByRole('button', { name: 'Log out' }).click();
    await isAsked(first);
    for (const session of sessions) assert.equal(await statusOf(session), 401);
    await second.reload();
    await isAsked(second);
    await goToLogin(second);
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

  await t.test('a logout at the login service ends the session of AIO', async (t) => {
    const page = await logIn(t);
    const session = await sessionOf(page);
    const elsewhere = await page.context().newPage();
    await elsewhere.goto(`${system.identityUrl}/realms/aio/protocol/openid-connect/logout`);
    assert.equal(await statusOf(session), 200, 'the session lasts until the user confirms');
    await elsewhere.locator('#kc-logout, button[name=logout]').click();
    await waitUntil(async () => (await statusOf(session)) === 401, { what: 'the session ended' });
    await page.reload();
    await isAsked(page);
  });
}
