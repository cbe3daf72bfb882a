import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { waitUntil } from '@aio/platform/testing/wait-until';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { hasPages } from '@aio/tools/start/has-pages';
import { findOffset, makeDataFolder, runStack } from '@aio/tools/testing/running-stack';
import { createVisit } from './browser/create-visit.ts';
import { logIn } from './browser/log-in.ts';
import { launchChromium } from './browser/open-browser.ts';
import { PEOPLE } from './browser/people.ts';
import { skipWithout } from './browser/programs.ts';

const skip = skipWithout('chromium');

/** Long, because a whole stack with workers and a browser share the machine. */
const WAIT_MS = 120_000;
const EXAMPLES = readdirSync(resolve(import.meta.dirname, '../../../examples/workflows'))
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => file.slice(0, -5));
const EXAMPLE = 'triage-incident';
/** Open the login, log in, run an example, Trace, Dashboards, a board. */
const MOST_CLICKS = 6;

test('the links that `npm start` prints work', { skip }, async (t) => {
  const offset = await findOffset();
  const stack = runStack(makeDataFolder(t), ['--web', '--port-offset', String(offset)]);
  t.after(async () => {
    stack.signal('SIGTERM');
    await stack.exited;
  });
  await stack.sees(/Ctrl-C stops everything/);
  const links = readTable(stack.output());
  const browser = await launchChromium(t);

  await t.test('every link of the table opens', async (t) => {
    const context = await newContext(t, browser, links['Web UI']);
    assert.ok(Object.keys(links).length >= 7, stack.output());
    for (const [name, link] of Object.entries(links)) await opens(context, name, link);
  });

  await t.test('a link logs the admin in, another the builder, each once', async (t) => {
    const printed = stack.output().match(/http\S+\/login-link\?\S+/g) ?? [];
    const names = ['Ada Admin', 'Bea Builder'];
    assert.equal(printed.length, names.length);
    for (const [index, name] of names.entries()) {
      const page = await (await newContext(t, browser, links['Web UI'])).newPage();
      await page.goto(printed[index]!);
      await page.waitForURL(`${new URL(links['Web UI'] ?? '').origin}/overview`);
      await page.getByRole('button', { name: `Account of ${name}` }).waitFor();
    }
    const [link = ''] = printed;
    const other = await (await newContext(t, browser, links['Web UI'])).newPage();
    assert.equal((await other.goto(link))?.status(), 410);
    await other.getByRole('heading', { name: 'This link does not work any more' }).waitFor();
  });

  await t.test('the table links Prometheus if it has pages', async () => {
    const port = /prometheus +ready .* on port (\d+)/.exec(stack.output())?.[1];
    const pages = port !== undefined && (await hasPages(`http://localhost:${port}`));
    assert.equal('Prometheus' in links, pages);
  });

  await t.test('the first minute: log in, run an example, see time, trace and P95', async (t) => {
    const { username, password } = PEOPLE.builder;
    const context = await newContext(t, browser, links['Web UI']);
    const visit = createVisit(await context.newPage());
    const { page, click, type } = visit;

    await page.goto(links['Web UI'] ?? '');
    await page.getByRole('button', { name: 'Log in' }).waitFor();
    await click(page.getByRole('button', { name: 'Log in' }));
    await type(page.getByLabel('User name or e-mail'), username);
    await type(page.getByLabel('Password'), password);
    await click(page.getByRole('button', { name: 'Log in' }));

    await page.getByText('AIO runs AI workflows as graphs of steps').waitFor();
    await page.getByRole('link', { name: EXAMPLE, exact: true }).first().waitFor();
    const prometheusPort = /prometheus +ready .* on port (\d+)/.exec(stack.output())?.[1];
    // The test is faster than a person. Wait until Prometheus has the series of both workers.
    if (prometheusPort) await untilKnown(`http://localhost:${prometheusPort}`, EXAMPLE, 2);
    await click(page.getByRole('button', { name: `Run example ${EXAMPLE}` }));

    await page.getByRole('tree', { name: 'Steps over time' }).waitFor();
    await page.getByText('Succeeded', { exact: true }).first().waitFor();
    const time = page.getByRole('region', { name: 'Where the time went' });
    await time.getByText(/ of work/).waitFor();

    await click(page.getByRole('tab', { name: 'Trace' }));
    await page.getByText(`run ${EXAMPLE}`).first().waitFor();
    const toJaeger = await page.getByRole('link', { name: 'Open in Jaeger' }).count();
    assert.equal(toJaeger, 'Jaeger' in links ? 1 : 0);

    await click(page.getByRole('link', { name: 'Dashboards' }));
    if (prometheusPort) {
      await click(page.getByText('Are users served as promised?'));
      const success = page.getByRole('region', { name: 'Run success' }).first();
      await success.getByText(/^[\d.]+ %$/).waitFor();
    } else {
      await page.getByText('npm run servers -- prometheus').waitFor();
    }

    const { clicks, fields, seconds } = visit.count();
    t.diagnostic(`first minute: ${clicks} clicks, ${fields} fields typed, ${seconds} s`);
    assert.ok(clicks <= MOST_CLICKS && fields <= 2, `${clicks} clicks, ${fields} fields`);
  });

  await t.test('an admin finds the examples and the run, and starts examples', async (t) => {
    const context = await newContext(t, browser, links['Web UI']);
    const page = await context.newPage();
    const printed = /Example run of triage-incident: (\S+)/.exec(stack.output())?.[1] ?? '';
    await page.goto(printed);
    await logIn(page, 'admin');
    await hasSucceeded(page);

    await page.goto('/workflows');
    for (const name of EXAMPLES) await page.getByRole('link', { name, exact: true }).waitFor();

    await startExample(page, 'triage-incident', 'Notifies at once');
    await hasSucceeded(page);
    await startExample(page, 'publish-digest', 'Waits for an event');
    const event = page.getByRole('region', { name: 'Event for released' });
    await event.getByText('Send the event yourself').click();
    await event.getByRole('button', { name: 'Send event' }).click();
    await hasSucceeded(page);
  });
});

/** Waits until Prometheus has the series of a workflow's runs from this many workers. */
async function untilKnown(url: string, workflow: string, workers: number): Promise<void> {
  const series = `aio_workflow_runs_ended_total{workflow="${workflow}",outcome="succeeded"}`;
  const query = new URLSearchParams({ query: `count(${series})` });
  const known = async (): Promise<number> => {
    const { data } = (await (await fetch(`${url}/api/v1/query?${query}`)).json()) as {
      data: { result: { value: [number, string] }[] };
    };
    return Number(data.result[0]?.value[1] ?? 0);
  };
  const what = `series of ${workflow} from every worker in Prometheus`;
  await waitUntil(async () => (await known()) === workers, { what, timeoutMs: WAIT_MS });
}

/** Addresses in the printed table, by the name of their row. */
function readTable(output: string): Record<string, string> {
  const rows = [...output.matchAll(/^ {2}(\S.*?) {2,}(http\S+)$/gm)];
  return Object.fromEntries(rows.map(([, name, link]) => [name, link]));
}

/** Opens a link. Fails if the page is an error or a file of it does not load. */
async function opens(context: BrowserContext, name: string, link: string): Promise<void> {
  const page = await context.newPage();
  const failed: string[] = [];
  page.on('response', (response) => {
    if (response.status() >= 400 && response.request().resourceType() !== 'fetch')
      failed.push(`${response.status()} ${response.url()}`);
  });
  const response = await page.goto(link);
  assert.equal(response?.status(), 200, name);
  // The script of a page may draw it after the load.
  await page.getByText(/\S/).filter({ visible: true }).first().waitFor();
  assert.deepEqual(failed, [], name);
  await page.close();
}

/** Starts a run with an example input, without typing. */
async function startExample(page: Page, workflow: string, example: string): Promise<void> {
  await page.goto(`/workflows/${workflow}`);
  await page.getByRole('button', { name: example, exact: true }).click();
  await page.getByRole('button', { name: 'Start run' }).click();
  await page.waitForURL('**/runs/*');
}

async function hasSucceeded(page: Page): Promise<void> {
  await page.locator('header [data-status=succeeded]').waitFor();
}

async function newContext(
  t: TestContext,
  browser: Browser,
  baseURL: string | undefined,
): Promise<BrowserContext> {
  const context = await browser.newContext({ ...(baseURL && { baseURL }) });
  context.setDefaultTimeout(WAIT_MS);
  t.after(() => context.close());
  return context;
}
