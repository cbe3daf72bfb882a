import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';

const PROJECT = resolve(import.meta.dirname, '../../../..');
/** In the folder for all files that tests keep. */
const FOLDER = resolve(PROJECT, process.env.AIO_DATA_DIR ?? '.aio', 'screenshots');
const ID = /[0-9a-f]{8}-[0-9a-f-]{27}/g;

/** Takes a screenshot named after the page's address and theme, e.g. `runs-id-tab-graph-dark.png`. */
export async function takeScreenshot(page: Page, path: string, theme: string): Promise<void> {
  const name = path
    .replaceAll(ID, 'id')
    .replaceAll(/[^a-zA-Z0-9]+/g, '-')
    .replace(/^-/, '');
  await page.screenshot({ path: join(FOLDER, `${name}-${theme}.png`) });
}

/** Takes a screenshot of one step of a visit, e.g. `first-minute/01-login`. */
export async function takeStep(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(FOLDER, `${name}.png`) });
}
