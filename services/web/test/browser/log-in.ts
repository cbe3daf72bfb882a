import type { Page } from 'playwright-core';
import { PEOPLE, type Person } from './people.ts';

/** Logs a person in from a page that requires it, and waits until the browser is back on that page. */
export async function logIn(page: Page, person: Person): Promise<void> {
  const { username, password } = PEOPLE[person];
  const wanted = page.url();
  await page.getByRole('button', { name: 'Log in' }).click();
  await fillIn(page, { username, password });
  await page.waitForURL(wanted);
}

/** Fills in the login page of Keycloak or the embedded provider. */
export async function fillIn(
  page: Page,
  { username, password }: { username: string; password: string },
): Promise<void> {
  await page.locator('#username').fill(username);
  await page.locator('#password').fill(password);
  await page.locator('#kc-login').click();
}
