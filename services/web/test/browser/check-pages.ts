import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { waitUntil } from '@aio/platform/testing/wait-until';
import type { Page } from 'playwright-core';
import { checkAccessibility } from './check-accessibility.ts';
import { PHONE, untilLoaded } from './checks.ts';
import type { Browser } from './open-browser.ts';
import { takeScreenshot } from './take-screenshot.ts';

/**
 * Visits pages by their links, as in a tab that stays open: they are accessible in both themes, and fit a phone.
 * @param ready waits for the content of a page
 */
export async function checkPages(
  t: TestContext,
  browser: Browser,
  paths: readonly string[],
  ready: (page: Page) => Promise<unknown> = untilLoaded,
): Promise<void> {
  const page = await browser.open(t, '/inbox/approvals');
  for (const path of paths)
    await t.test(path, async () => {
      await follow(page, path);
      await ready(page);
      await checkPage(page);
    });
}

/** Goes to another page of the UI like a link: without loading the UI again. */
export async function follow(page: Page, address: string): Promise<void> {
  const { pathname, search } = new URL(address, page.url());
  await page.evaluate(async (to) => {
    const ui = globalThis as unknown as {
      useNuxtApp?(): { $router?: { push(path: string): Promise<void> } };
      requestAnimationFrame(then: () => void): void;
    };
    const nextFrame = () => new Promise<void>((resolve) => ui.requestAnimationFrame(resolve));
    let router = ui.useNuxtApp?.().$router;
    for (; router === undefined; router = ui.useNuxtApp?.().$router) await nextFrame();
    await router.push(to);
    await nextFrame();
  }, pathname + search);
}

/** Checks a page as it is: accessible in both themes, and not wider than a phone. */
export async function checkPage(page: Page): Promise<void> {
  await checkThemes(page);
  await checkWidth(page);
}

/** Checks the accessibility of a page as it is, in both themes. */
export async function checkThemes(page: Page): Promise<void> {
  const check = async (colorScheme: 'light' | 'dark', rules: 'all' | 'of colours') => {
    await page.emulateMedia({ colorScheme });
    await takeScreenshot(page, colorScheme);
    assert.deepEqual(await checkAccessibility(page, rules), [], `${page.url()}, ${colorScheme}`);
  };
  await check('light', 'all');
  await check('dark', 'of colours');
  await page.emulateMedia({ colorScheme: null });
}

/** Checks that a page does not scroll sideways on a phone. */
export async function checkWidth(page: Page): Promise<void> {
  const size = page.viewportSize()!;
  await page.setViewportSize(PHONE);
  const width = () => page.evaluate<number>('document.documentElement.scrollWidth');
  const what = `${page.url()} fits a phone`;
  // Charts follow the width of the window a moment later.
  await waitUntil(async () => (await width()) <= PHONE.width, { what });
  await takeScreenshot(page, 'phone');
  await page.setViewportSize(size);
}
