import { waitUntil } from '@aio/platform/testing/wait-until';
import type { Locator, Page } from 'playwright-core';

export const PHONE = { width: 390, height: 844 };

/** Waits until a page has its heading and nothing is busy. */
export async function untilLoaded(page: Page): Promise<void> {
  await page.locator('h1').waitFor();
  await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
}

/** Waits until the page has exactly `count` of these elements. */
export function untilCount(elements: Locator, count: number, what: string): Promise<unknown> {
  return waitUntil(async () => (await elements.count()) === count, { what });
}

/** Hides or shows a page, as when a person chooses another tab and comes back. */
export function setVisibility(page: Page, state: 'hidden' | 'visible'): Promise<void> {
  return page.evaluate((value) => {
    const { document } = globalThis as unknown as { document: EventTarget };
    Object.defineProperty(document, 'visibilityState', { value, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, state);
}
