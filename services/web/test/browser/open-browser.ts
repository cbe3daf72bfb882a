import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import {
  chromium,
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

const WAIT_MS = 30_000;

export async function openBrowser(
  t: TestContext,
  executablePath: string,
  siteUrl: string,
): Promise<Browser> {
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
  const outsideRequests: string[] = [];
  const pageErrors: string[] = [];
  const policyViolations: string[] = [];

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
      const context = await browser.newContext({ baseURL: siteUrl, ...options });
      test.after(() => context.close());
      context.setDefaultTimeout(WAIT_MS);
      watch(context);
      const page = await context.newPage();
      await page.goto(path);
      return page;
    },
  };
}
