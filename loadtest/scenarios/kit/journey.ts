import { LOAD_METRICS } from '@aio/catalog/metrics/load-metrics';
import { USERS } from '@aio/identity/testing/users';
import { check } from 'k6';
import type { Page } from 'k6/browser';
import { Rate, Trend } from 'k6/metrics';
import type { Definition } from '@aio/tools/system/definition';
import { settings } from './settings.ts';

const journey = new Trend(LOAD_METRICS.journey, true);
const login = new Trend(LOAD_METRICS.login, true);
const journeyFailed = new Rate(LOAD_METRICS.journeyFailed);

/** The user who logs in; by default one of the development realm. The role builder is enough. */
const USER = {
  username: __ENV['AIO_CHECK_USER'] || USERS.builder.username,
  password: __ENV['AIO_CHECK_PASSWORD'] || USERS.builder.password,
};
const PATIENCE = { timeout: 30_000 };

/** Logs in, starts a run of the workflow and waits until the page shows its end. Logs and counts a failure. */
export async function takeJourney(page: Page, workflow: Definition): Promise<void> {
  const startedAt = Date.now();
  try {
    await page.goto(`${settings.webUrl}/workflows`, PATIENCE);
    await logIn(page);
    await create(page, workflow);
    await page.goto(`${settings.webUrl}/workflows/${workflow.name}`, PATIENCE);
    await page.getByRole('button', { name: 'Start run' }).click(PATIENCE);
    await page.locator('header [data-status=succeeded]').waitFor({ state: 'visible', ...PATIENCE });
    journey.add(Date.now() - startedAt);
    end(true);
  } catch (error) {
    end(false);
    const failure = { method: 'browser', route: page.url(), status: 0, error: String(error) };
    console.error(JSON.stringify({ failure }));
  }
}

async function logIn(page: Page): Promise<void> {
  const button = page.getByRole('button', { name: 'Log in' });
  await button.waitFor({ state: 'visible', ...PATIENCE });
  const startedAt = Date.now();
  await button.click();
  await page.locator('#username').fill(USER.username, PATIENCE);
  await page.locator('#password').fill(USER.password);
  await page.locator('#kc-login').click();
  await page.getByRole('heading', { name: 'Workflows' }).waitFor({ state: 'visible', ...PATIENCE });
  login.add(Date.now() - startedAt);
}

/** Creates the workflow from the page, so that it belongs to the user. */
async function create(page: Page, workflow: Definition): Promise<void> {
  const status = await page.evaluate(async (body) => {
    const headers = { 'aio-csrf': '1', 'content-type': 'application/json' };
    return (await fetch('/api/v1/workflows', { method: 'POST', headers, body })).status;
  }, JSON.stringify(workflow));
  if (status >= 300) throw new Error(`the API answered ${status} to the workflow`);
}

function end(succeeded: boolean): void {
  check(succeeded, { 'saw the end of the run': (seen) => seen });
  journeyFailed.add(!succeeded);
}
