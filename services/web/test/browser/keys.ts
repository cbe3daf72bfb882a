import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';

const MOST_STOPS = 120;

/** Presses Tab until an element of the selector has the focus, like a person without a mouse. */
export async function tabTo(page: Page, selector: string, key = 'Tab'): Promise<void> {
  for (let stops = 0; stops < MOST_STOPS; stops++) {
    if (await page.locator(`${selector}:focus`).isVisible()) return;
    await page.keyboard.press(key);
  }
  assert.fail(`${key} does not lead to ${selector}`);
}

/** Presses keys one after the other. */
export async function press(page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

/** Replaces the text of the field with this label, and presses Enter. */
export async function enter(page: Page, label: string, text: string): Promise<void> {
  await page.getByLabel(label).fill(text);
  await page.getByLabel(label).press('Enter');
}
