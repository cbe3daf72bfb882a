import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import {
  type Browser as ChromiumBrowser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import { logIn } from './log-in.ts';
import type { Person } from './people.ts';
import { PROGRAMS } from './programs.ts';

/** Lets Chromium run as root, and prevents its background requests. */
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
  /** Logs a person in. Later pages use this session unless `open` gets another one. */
  logIn(person: Person): Promise<StorageState>;
  /** Opens a page in a context of its own, closed after the test, with the last session unless it gets another. */
  open(t: TestContext, path: string, options?: BrowserContextOptions): Promise<Page>;
  /** Opens a page without a session. */
  openAlone(t: TestContext, path: string): Promise<Page>;
  /** Exceptions that pages did not catch. */
  pageErrors: string[];
  /** Violations of a page's Content Security Policy. */
  policyViolations: string[];
  /** Fails if a page sent a request outside the site and its login service, threw, or violated its policy. */
  assertClean(): void;
}

export type StorageState = Awaited<ReturnType<BrowserContext['storageState']>>;

export const WAIT_MS = 30_000;

export async function openBrowser(
  t: TestContext,
  { url: siteUrl, loginUrl }: { url: string; loginUrl: string },
): Promise<Browser> {
  const browser = await launchChromium(t);
  const outsideRequests: string[] = [];
  const pageErrors: string[] = [];
  const policyViolations: string[] = [];

  let storageState: StorageState | undefined;

  function watch(context: BrowserContext): void {
    context.on('request', (request) => {
      const url = request.url();
      const isOwn = [siteUrl, loginUrl].some((own) => url.startsWith(`${own}/`));
      if (!isOwn && !/^(data|blob):/.test(url)) outsideRequests.push(url);
    });
    context.on('weberror', (event) => pageErrors.push(String(event.error())));
    context.on('console', (message) => {
      if (/Content Security Policy/i.test(message.text())) policyViolations.push(message.text());
    });
  }

  async function openContext(options: BrowserContextOptions): Promise<BrowserContext> {
    const context = await browser.newContext({ baseURL: siteUrl, ...options });
    context.setDefaultTimeout(WAIT_MS);
    watch(context);
    return context;
  }

  async function openPage(
    t: TestContext,
    path: string,
    options: BrowserContextOptions,
  ): Promise<Page> {
    const context = await openContext(options);
    t.after(() => context.close());
    const page = await context.newPage();
    await page.goto(path);
    return page;
  }

  return {
    pageErrors,
    policyViolations,
    assertClean: () =>
      assert.deepEqual([outsideRequests, pageErrors, policyViolations], [[], [], []]),
    async logIn(person) {
      const context = await openContext({});
      const page = await context.newPage();
      await page.goto('/inbox/approvals');
      await logIn(page, person);
      storageState = await context.storageState();
      await context.close();
      return storageState;
    },
    open: (t, path, options = {}) =>
      openPage(t, path, { ...(storageState && { storageState }), ...options }),
    openAlone: (t, path) => openPage(t, path, {}),
  };
}

/** Launches Chromium, and closes it after the test. */
export async function launchChromium(t: TestContext): Promise<ChromiumBrowser> {
  const profile = await mkdtemp(join(tmpdir(), 'aio-chromium-'));
  const browser = await chromium.launch({
    executablePath: PROGRAMS.chromium!,
    args: FLAGS,
    env: { ...process.env, HOME: profile } as Record<string, string>,
  });
  t.after(async () => {
    await browser.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  });
  return browser;
}
