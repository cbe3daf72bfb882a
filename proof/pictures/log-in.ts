import { USERS } from '@aio/identity/testing/users';
import type { Page } from 'playwright-core';

/** Logs in at the web UI's own origin, with the form of the login service. */
export async function logIn(page: Page, user: keyof typeof USERS): Promise<void> {
  await page.goto('/');
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.locator('#username').fill(USERS[user].username);
  await page.locator('#password').fill(USERS[user].password);
  await page.locator('#kc-login').click();
  await page.waitForURL('**/overview');
}
