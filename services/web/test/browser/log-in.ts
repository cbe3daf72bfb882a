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

/** The login service's own page. */
export async function fillIn(
  page: Page,
  { username, password }: { username: string; password: string },
): Promise<void> {
  await page.getByLabel('User name or e-mail').fill(username);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
}
