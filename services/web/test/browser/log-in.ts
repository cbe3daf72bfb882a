import type { Page } from 'playwright-core';
import { PEOPLE, type Person } from './people.ts';

/** As a person does, from whatever page asks for it and back to that page. */
export async function logIn(page: Page, person: Person): Promise<void> {
  const { username, password } = PEOPLE[person];
  const wanted = page.url();
  await page.getByRole('button', { name: 'Log in' }).click();
  await fillIn(page, { username, password });
  await page.waitForURL(wanted);
}

/** The login service's own page, Keycloak's or the embedded provider's. */
export async function fillIn(
  page: Page,
  { username, password }: { username: string; password: string },
): Promise<void> {
  await page.locator('#username').fill(username);
  await page.locator('#password').fill(password);
  await page.locator('#kc-login').click();
}
