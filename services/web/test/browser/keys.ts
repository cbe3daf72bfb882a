import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';

const MOST_STOPS = 120;

/** Presses Tab until the focus is on what the selector names, as somebody without a mouse gets there. */
export async function tabTo(page: Page, selector: string, key = 'Tab'): Promise<void> {
  for (let stops = 0; stops < MOST_STOPS; stops++) {
    if (await page.locator(`${selector}:focus`).isVisible()) return;
    await page.keyboard.press(key);
  }
  assert.fail(`${key} does not lead to ${selector}`);
}

/**
 * Waits until the focus is on what the selector names, as after a dialog, which gives it back a moment
 * after it is gone. Keys that are pressed before that may land elsewhere.
 */
export async function waitForFocus(page: Page, selector: string): Promise<void> {
  await page.locator(`${selector}:focus`).waitFor();
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
