import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { checkAccessibility } from './check-accessibility.ts';
import { assertFitsPhone, PHONE, untilLoaded } from './checks.ts';
import type { Browser } from './open-browser.ts';
import { takeScreenshot } from './take-screenshot.ts';

/** Waits until a page has the content to check. */
type Ready = (page: Page) => Promise<unknown>;

/** Checks the accessibility of pages in both themes, and takes screenshots. @param prefix of the screenshots' names */
export async function checkThemes(
  t: TestContext,
  browser: Browser,
  paths: readonly string[],
  ready: Ready = untilLoaded,
  prefix = '',
): Promise<void> {
  await t.test('no page breaks an accessibility rule in either theme', async (t) => {
    // One context for all pages, so that its browser loads their code once.
    const page = await browser.open(t, 'about:blank');
    for (const path of paths) {
      await page.goto(path);
      await ready(page);
      await checkAsItIs(page, `${prefix}${path}`);
    }
  });
}

/** Checks that no page scrolls sideways on a phone, and takes screenshots. */
export async function checkPhone(
  t: TestContext,
  browser: Browser,
  paths: readonly string[],
  ready: Ready = untilLoaded,
  prefix = '',
): Promise<void> {
  await t.test('no page scrolls sideways on a phone', async (t) => {
    const page = await browser.open(t, 'about:blank', { viewport: PHONE });
    for (const path of paths) {
      await page.goto(path);
      await ready(page);
      await takeScreenshot(page, `${prefix}${path}`, 'phone');
      await assertFitsPhone(page);
    }
  });
}

/** Checks the accessibility of a page as it is, in both themes, and takes screenshots. */
export async function checkAsItIs(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    assert.deepEqual(await checkAccessibility(page), [], `${page.url()}, ${colorScheme}`);
    await takeScreenshot(page, name, colorScheme);
  }
}
