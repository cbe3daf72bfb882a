import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import {
  chromium,
  type Browser as ChromiumBrowser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from 'playwright-core';

/** It may run as root, and it must not call home. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface Browser {
  /** A page in a context of its own, closed after the test. */
  open(t: TestContext, path: string, options?: BrowserContextOptions): Promise<Page>;
  /** Addresses asked for that are not the site's, over all pages. */
  outsideRequests: string[];
  /** Exceptions that pages did not catch. */
  pageErrors: string[];
  /** What the policy of a page did not let it do. */
  policyViolations: string[];
}

/** Of `realm.json`. */
export const PEOPLE = {
  admin: { username: 'admin@example.com', password: 'admin123' },
  builder: { username: 'builder@example.com', password: 'builder123' },
};

export const WAIT_MS = 30_000;

export async function openBrowser(
  t: TestContext,
  executablePath: string,
  siteUrl: string,
  login: Login,
): Promise<Browser> {
  const browser = await launchChromium(t, executablePath);
  const outsideRequests: string[] = [];
  const pageErrors: string[] = [];
  const policyViolations: string[] = [];

  const storageState = await logIn(browser, siteUrl, login);

  function watch(context: BrowserContext): void {
    context.on('request', (request) => {
      const isOwn = request.url().startsWith(`${siteUrl}/`) || /^(data|blob):/.test(request.url());
      if (!isOwn) outsideRequests.push(request.url());
    });
    context.on('weberror', (event) => pageErrors.push(String(event.error())));
    context.on('console', (message) => {
      if (/Content Security Policy/i.test(message.text())) policyViolations.push(message.text());
    });
  }

  return {
    outsideRequests,
    pageErrors,
    policyViolations,
    async open(test, path, options = {}) {
      const context = await browser.newContext({ baseURL: siteUrl, storageState, ...options });
      test.after(() => context.close());
      context.setDefaultTimeout(WAIT_MS);
      watch(context);
      const page = await context.newPage();
      await page.goto(path);
      return page;
    },
  };
}

interface Login {
  identityUrl: string;
  person: (typeof PEOPLE)[keyof typeof PEOPLE];
}

/** It ends with the test. */
export async function launchChromium(
  t: TestContext,
  executablePath: string,
): Promise<ChromiumBrowser> {
  const profile = await mkdtemp(join(tmpdir(), 'aio-chromium-'));
  const browser = await chromium.launch({
    executablePath,
    args: FLAGS,
    env: { ...process.env, HOME: profile } as Record<string, string>,
  });
  t.after(async () => {
    await browser.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  });
  return browser;
}

/** As a person does: the first page sends them to the login service, and that sends them back. */
async function logIn(browser: ChromiumBrowser, siteUrl: string, { identityUrl, person }: Login) {
  const context = await browser.newContext({ baseURL: siteUrl });
  context.setDefaultTimeout(WAIT_MS);
  const page = await context.newPage();
  await page.goto('/runs');
  await page.waitForURL(`${identityUrl}/**`);
  await fillLogin(page, person);
  await page.waitForURL(`${siteUrl}/runs`);
  const state = await context.storageState();
  await context.close();
  return state;
}

/** Sends the form of the login page, Keycloak's or the embedded provider's. */
export async function fillLogin(
  page: Page,
  { username, password }: { username: string; password: string },
): Promise<void> {
  await page.locator('#username').fill(username);
  await page.locator('#password').fill(password);
  await page.locator('#kc-login').click();
}
