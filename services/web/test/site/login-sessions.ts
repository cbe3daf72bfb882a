import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PROVIDERS } from '@aio/stack/testing/providers';
import { waitUntil } from '@aio/platform/testing/wait-until';
import type { BrowserContext, Page } from 'playwright-core';
import { fillIn } from './browser/log-in.ts';
import { launchChromium, WAIT_MS } from './browser/open-browser.ts';
import { PEOPLE } from './browser/people.ts';
import { skipWithout } from './browser/programs.ts';
import { startSite } from './browser/start-site.ts';

const lacking = skipWithout('chromium', 'webServer');

const USERS = [
  { ...PEOPLE.admin, displayName: 'Ada Admin' },
  { ...PEOPLE.builder, displayName: 'Bea Builder' },
] as const;
type User = (typeof USERS)[number];

const SESSION = 'aio_session';

for (const provider of PROVIDERS) {
  const skip = lacking || provider.skip;
  test(`users log in and out with ${provider.name}`, { skip }, async (t) => {
    const { url, system } = await startSite(t, {}, provider);
    const chromium = await launchChromium(t);

    /** Opens a separate browser. With `cookiesOf`, it has the same login at the provider. */
    async function openBrowser(cookiesOf?: BrowserContext): Promise<BrowserContext> {
      const context = await chromium.newContext({ baseURL: url });
      context.setDefaultTimeout(WAIT_MS);
      const cookies = (await cookiesOf?.cookies()) ?? [];
      await context.addCookies(cookies.filter(({ name }) => name !== SESSION));
      return context;
    }

    async function logIn(context: BrowserContext, user: User): Promise<Page> {
      const page = await openRuns(context);
      await goToLogin(page);
      await fillIn(page, user);
      await isIn(page, user);
      return page;
    }

    async function openRuns(context: BrowserContext): Promise<Page> {
      const page = await context.newPage();
      await page.goto('/runs');
      return page;
    }

    const account = (page: Page, { displayName }: User) =>
      page.getByRole('button', { name: `Account of ${displayName}` });

    async function isIn(page: Page, user: User): Promise<void> {
      await page.waitForURL(`${url}/runs`);
      await account(page, user).waitFor();
    }

    async function logOut(page: Page, user: User): Promise<void> {
      await account(page, user).click();
      await page.getByRole('button', { name: 'Log out' }).click();
    }

    const loginButton = (page: Page) => page.getByRole('button', { name: 'Log in', exact: true });

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

    async function sessionOf(context: BrowserContext): Promise<string> {
      return (await context.cookies(url)).find(({ name }) => name === SESSION)?.value ?? '';
    }

    /** The API's answer to an old cookie. */
    async function statusOf(session: string): Promise<number> {
      const headers = { cookie: `${SESSION}=${session}` };
      return (await fetch(`${url}/auth/me`, { headers })).status;
    }

    for (const user of USERS) {
      await t.test(
        `${user.username} logs in; a logout ends all sessions of the login`,
        async () => {
          const first = await openBrowser();
          const page = await logIn(first, user);
          const second = await openBrowser(first);
          const secondPage = await openRuns(second);
          await loginButton(secondPage).click();
          await isIn(secondPage, user);
          const another = await openBrowser();
          const anotherPage = await logIn(another, user);
          const sessions = [await sessionOf(first), await sessionOf(second)];
          assert.equal(new Set(sessions).size, 2, 'each browser has its own session');
          for (const session of sessions) assert.equal(await statusOf(session), 200);

          await logOut(page, user);
          await isAsked(page);
          for (const session of sessions) assert.equal(await statusOf(session), 401);
          await secondPage.reload();
          await isAsked(secondPage);
          await goToLogin(secondPage);
          await anotherPage.reload();
          await isIn(anotherPage, user);
          for (const context of [first, second, another]) await context.close();
        },
      );
    }

    await t.test('after a wrong password, the right one leads to the requested page', async () => {
      const [user] = USERS;
      const context = await openBrowser();
      const page = await openRuns(context);
      await goToLogin(page);
      await fillIn(page, { ...user, password: 'not-it' });
      await page.getByText('Invalid username or password').waitFor();
      await fillIn(page, user);
      await isIn(page, user);
      await context.close();
    });

    await t.test('a logout at the login service ends the session of AIO', async () => {
      const [user] = USERS;
      const context = await openBrowser();
      const page = await logIn(context, user);
      const session = await sessionOf(context);
      const elsewhere = await context.newPage();
      await elsewhere.goto(`${system.identityUrl}/realms/aio/protocol/openid-connect/logout`);
      assert.equal(await statusOf(session), 200, 'the session lasts until the user confirms');
      await elsewhere.locator('#kc-logout, button[name=logout]').click();
      await waitUntil(async () => (await statusOf(session)) === 401, { what: 'the session ended' });
      await page.reload();
      await isAsked(page);
      await context.close();
    });
  });
}
