import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';

const PROJECT = resolve(import.meta.dirname, '../../../..');
/** In the folder for all files that tests keep. */
const FOLDER = resolve(PROJECT, process.env.AIO_DATA_DIR ?? '.aio', 'screenshots');
const ID = /[0-9a-f]{8}-[0-9a-f-]{27}/g;

/** With `TEST_SCREENSHOTS=on`, takes a screenshot named after the page's address, e.g. `runs-id-tab-graph-dark.png`. */
export async function takeScreenshot(page: Page, variant: string): Promise<void> {
  if (process.env.TEST_SCREENSHOTS !== 'on') return;
  const { pathname, search } = new URL(page.url());
  const name = `${pathname}${search}`
    .replaceAll(ID, 'id')
    .replaceAll(/[^a-zA-Z0-9]+/g, '-')
    .replace(/^-/, '');
  await page.screenshot({ path: join(FOLDER, `${name}-${variant}.png`) });
}
