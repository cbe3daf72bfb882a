import type { USERS } from '@aio/identity/testing/users';
import type { Page } from 'playwright-core';

/** A picture of one page. */
interface Scene {
  /** Also the name of its file, without `.png`. */
  name: string;
  user: keyof typeof USERS;
  /** Goes to the page, and waits until it shows what the picture is of. */
  show(page: Page): Promise<void>;
}

const EXAMPLE = 'write-release-note';
/** The run of `npm start`: few enough spans for one picture. */
const SHORT_EXAMPLE = 'triage-incident';

export const SCENES: readonly Scene[] = [
  {
    name: 'run',
    user: 'builder',
    async show(page) {
      await runExample(page);
      await page.getByRole('treeitem').first().waitFor();
    },
  },
  {
    name: 'graph',
    user: 'builder',
    async show(page) {
      await openLatestRun(page, EXAMPLE, 'graph');
      await page.locator('.vue-flow__node').first().waitFor();
      await page.waitForLoadState('networkidle');
    },
  },
  {
    name: 'trace',
    user: 'builder',
    async show(page) {
      await openLatestRun(page, SHORT_EXAMPLE, 'trace');
      await page.getByRole('treeitem', { name: /chat / }).first().click();
      await page.getByText('gen_ai.request.model').waitFor();
    },
  },
  {
    name: 'editor',
    user: 'builder',
    async show(page) {
      await page.goto(`/workflows/new?from=${EXAMPLE}`);
      await page.locator('[data-valid]').waitFor();
      await page.locator('.vue-flow__node').first().waitFor();
      await page.waitForLoadState('networkidle');
    },
  },
  {
    name: 'overview',
    user: 'admin',
    async show(page) {
      await page.waitForLoadState('networkidle');
    },
  },
  {
    name: 'board',
    user: 'admin',
    async show(page) {
      await page.goto('/dashboards/aio-runs');
      await page.locator('[data-panel-id] canvas').nth(2).waitFor();
      await page.waitForLoadState('networkidle');
    },
  },
];

/** Starts the example, answers as the builder, and stays on the page of the run. */
async function runExample(page: Page): Promise<void> {
  await page.goto(`/workflows/${EXAMPLE}`);
  await page.getByRole('button', { name: 'waits for your approval' }).click();
  await page.getByRole('button', { name: 'Start run' }).click();
  await page.waitForURL('**/runs/*');
  await page.getByRole('button', { name: 'Approve' }).first().click({ timeout: 60_000 });
  await page.locator('header [data-status=succeeded]').waitFor({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Close' }).first().click();
}

async function openLatestRun(page: Page, workflow: string, tab: string): Promise<void> {
  await page.goto(`/runs?workflow=${workflow}&status=succeeded`);
  const link = page.locator('main a[href^="/runs/"]').first();
  await page.goto(`${await link.getAttribute('href')}?tab=${tab}`);
}
