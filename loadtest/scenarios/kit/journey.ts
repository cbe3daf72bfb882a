import { LOAD_METRICS } from '@aio/catalog/load-metrics';
import { USERS } from '@aio/identity/testing/users';
import { check } from 'k6';
import type { Page } from 'k6/browser';
import { Rate, Trend } from 'k6/metrics';
import type { Definition } from '../../lib/definition.ts';
import { settings } from './settings.ts';

const journey = new Trend(LOAD_METRICS.journey, true);
const login = new Trend(LOAD_METRICS.login, true);
const journeyFailed = new Rate(LOAD_METRICS.journeyFailed);

/** Who logs in: by default a person of the realm of development. The role builder is enough. */
const USER = {
  username: __ENV['AIO_CHECK_USER'] || USERS.builder.username,
  password: __ENV['AIO_CHECK_PASSWORD'] || USERS.builder.password,
};
const PATIENCE = { timeout: 30_000 };

/** Logs in, starts a run of the workflow and waits until the page shows its end. What goes wrong is told, and counted. */
export async function takeJourney(page: Page, workflow: Definition): Promise<void> {
  const startedAt = Date.now();
  try {
    await page.goto(`${settings.webUrl}/workflows`, PATIENCE);
    await logIn(page);
    await bring(page, workflow);
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

/** As the page would: a workflow belongs to who brings it. */
async function bring(page: Page, workflow: Definition): Promise<void> {
  const status = await page.evaluate(async (body) => {
    const headers = { 'aio-csrf': '1', 'content-type': 'application/json' };
    return (await fetch('/api/v1/workflows', { method: 'POST', headers, body })).status;
  }, JSON.stringify(workflow));
  if (status >= 300) throw new Error(`the workflow was answered ${status}`);
}

function end(cameThere: boolean): void {
  check(cameThere, { 'saw the end of the run': (seen) => seen });
  journeyFailed.add(!cameThere);
}
